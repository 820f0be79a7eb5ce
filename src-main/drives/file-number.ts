import type { BigIntStats } from 'node:fs'

/**
 * Returns the file system and inode of a file, `dev:ino`. They are the same under all of its names,
 * through hard links and bind mounts.
 */
export const fileNumber = ({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): string => `${dev}:${ino}`
