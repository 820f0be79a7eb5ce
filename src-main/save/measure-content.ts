import { attempt } from '../identify/attempt.ts'
import { readPartitionTable } from '../identify/partition-table.ts'
import type { ReadAt } from '../identify/read-at.ts'
import { readMbr } from '../identify/read-mbr.ts'
import { readStatedSizes } from '../identify/read-stated-sizes.ts'

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
  const partitions = table?.partitions ?? (await attempt(readMbr(read, sectorSize))) ?? []
  const largest = (sizes: number[]) => (sizes.length === 0 ? null : Math.min(Math.max(...sizes), size))
  return { image: largest(stated), used: largest([...stated, ...partitions.map(({ end }) => end)]) }
}
