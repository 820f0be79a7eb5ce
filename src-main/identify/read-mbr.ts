import type { Partition } from './partition-table.ts'
import type { ReadAt } from './read-at.ts'

/** Type of the one partition with which a GPT protects itself (UEFI 2.10, chapter 5.2.3). */
const protective = 0xee

/**
 * Reads the primary partitions of an MBR (UEFI 2.10, chapter 5.2.1). Returns an empty list if there
 * is none. The boot sector of a file system ends with the same mark, but has no partitions in it.
 * @param sectorSize – size of the drive's logical sectors, which an MBR counts in, in bytes
 * @throws the errors of `read`
 */
export async function readMbr(read: ReadAt, sectorSize: number): Promise<Partition[]> {
  const sector = await read(0, 512)
  const entries = [0, 1, 2, 3].map((index) => sector.subarray(446 + 16 * index, 462 + 16 * index))
  const isMbr = sector.readUInt16LE(510) === 0xaa55 && entries.every(([state]) => state === 0 || state === 0x80)
  if (!isMbr) return []
  return entries.flatMap((entry, index) => {
    const [type, first, count] = [entry[4]!, entry.readUInt32LE(8), entry.readUInt32LE(12)]
    if (type === 0 || type === protective || first === 0 || count === 0) return []
    return { number: index + 1, name: '', type, start: first * sectorSize, end: (first + count) * sectorSize }
  })
}
