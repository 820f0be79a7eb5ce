import { readFile, readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Reads a one-line attribute. Null if it cannot be read. */
export const readAttribute = async (path: string): Promise<string | null> =>
  (await readFile(path, 'utf8').catch(() => null))?.trim() ?? null

/** Returns the names in a directory. Empty if the directory cannot be read. */
export const namesIn = (path: string): Promise<string[]> => readdir(path).catch(() => [])

/**
 * Formats a device number of stat(2) as `major:minor` (glibc's gnu_dev_major and gnu_dev_minor).
 */
export function formatNumber(number: bigint): string {
  const major = ((number >> 8n) & 0xfffn) | ((number >> 32n) & 0xfffff000n)
  const minor = (number & 0xffn) | ((number >> 12n) & 0xffffff00n)
  return `${major}:${minor}`
}

/** Parses `major:minor` into a device number of stat(2) (glibc's gnu_dev_makedev). */
export function joinNumber(text: string): bigint {
  const [major = 0n, minor = 0n] = text.split(':').map(BigInt)
  return ((major & 0xfffn) << 8n) | ((major & 0xfffff000n) << 32n) | (minor & 0xffn) | ((minor & 0xffffff00n) << 12n)
}

/**
 * Returns the whole drives below a block device: the disk of a partition, the members of a mapping
 * or array.
 * @param number – major and minor number, `8:2`
 * @returns directories of sysfs
 */
export async function bottomsOf(number: string): Promise<string[]> {
  const directory = await realpath(`/sys/dev/block/${number}`).catch(() => null)
  return directory === null ? [] : [...new Set(await descend(directory))]
}

async function descend(directory: string): Promise<string[]> {
  // The directory of a partition is inside the directory of its disk.
  const whole = (await readAttribute(join(directory, 'partition'))) === null ? directory : dirname(directory)
  const slaves = await namesIn(join(whole, 'slaves'))
  if (slaves.length === 0) return [whole]
  const below = await Promise.all(slaves.map(async (name) => descend(await realpath(join(whole, 'slaves', name)))))
  return below.flat()
}

/**
 * Returns the device name, `/dev/sda`, for a directory of sysfs. A `!` in the directory name means
 * a slash (`cciss!c0d0`).
 */
export const deviceOf = (directory: string): string => `/dev/${basename(directory).replaceAll('!', '/')}`

/**
 * Returns the name that lsblk gives a block device: `/dev/sda`, `/dev/mapper/root` for a mapping
 * (`/dev/dm-0`).
 * @param number – major and minor number, `8:2`
 * @returns null if the kernel has no such device
 */
export async function nameOfNumber(number: string): Promise<string | null> {
  const directory = await realpath(`/sys/dev/block/${number}`).catch(() => null)
  if (directory === null) return null
  const mapping = await readAttribute(join(directory, 'dm/name'))
  return mapping === null ? deviceOf(directory) : `/dev/mapper/${mapping}`
}
