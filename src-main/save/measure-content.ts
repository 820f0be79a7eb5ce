import { attempt } from '../identify/attempt.ts'
import { readPartitionTable } from '../identify/partition-table.ts'
import type { ReadAt } from '../identify/read-at.ts'
import { readStatedSizes } from '../identify/read-stated-sizes.ts'

/** Types of MBR entries that stand for no partition: none, and the protective one of a GPT. */
const noPartition = new Set([0x00, 0xee])

/**
 * Measures the content of a drive by its own structures, in bytes.
 *
 * - `image`: the end of the image that was written to it, by an ISO's volume size or the place of
 *   the backup partition table. Null if there is none, or if it booted.
 * - `used`: the end of the last partition or of the image. Null without both.
 * @throws the failures of the target, except for unreadable sectors
 */
export async function measureContent(
  read: ReadAt,
  { size, sectorSize }: { size: number; sectorSize: number },
): Promise<{ image: number | null; used: number | null }> {
  const stated = await readStatedSizes(read)
  const table = await attempt(readPartitionTable(read))
  const ends = table?.partitions.map(({ end }) => end) ?? (await attempt(readMbr(read, sectorSize))) ?? []
  const largest = (sizes: number[]) => (sizes.length === 0 ? null : Math.min(Math.max(...sizes), size))
  return { image: largest(stated), used: largest([...stated, ...ends]) }
}

/** Reads the ends of the partitions in an MBR, in bytes; none if there is no MBR. */
async function readMbr(read: ReadAt, sectorSize: number): Promise<number[]> {
  const mbr = await read(0, 512)
  const entries = [0, 1, 2, 3].map((index) => mbr.subarray(446 + index * 16, 462 + index * 16))
  // The boot sector of a file system has the same signature, and code in this place.
  const isMbr = mbr.readUInt16LE(510) === 0xaa55 && entries.every(([status]) => status === 0 || status === 0x80)
  if (!isMbr) return []
  return entries
    .filter((entry) => !noPartition.has(entry[4]!) && entry.readUInt32LE(8) > 0)
    .map((entry) => (entry.readUInt32LE(8) + entry.readUInt32LE(12)) * sectorSize)
}
