import type { Drive } from '../../src-shared/drive.ts'

/**
 * Returns all mount points of a drive, without swap. Verification warns of them, since a mount
 * changes bytes.
 */
export const mountpointsOf = (drive: Drive): string[] =>
  drive.contents.flatMap((content) => content.mountpoints).filter((mountpoint) => mountpoint !== '[SWAP]')
