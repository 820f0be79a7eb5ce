import { attempt } from './attempt.ts'
import type { Partition } from './partition-table.ts'
import type { ReadAt } from './read-at.ts'

/** Type of the one partition with which a GPT protects itself (UEFI 2.10, chapter 5.2.3). */
const protective = 0xee
/** Types of extended partitions: of DOS, of Windows 95 for large disks, and of Linux. */
const extended = new Set([0x05, 0x0f, 0x85])
/** Maximum number of logical partitions. Linux and libfdisk (dos.c) read 56 of them. */
const mostLogical = 56

/** One entry of a table, in sectors. */
interface Entry {
  state: number
  type: number
  first: number
  count: number
}

/**
 * Reads the partitions of an MBR (UEFI 2.10, chapter 5.2.1), the logical ones behind the primary
 * ones. Returns an empty list if there is none. The boot sector of a file system ends with the same
 * mark, but has no partitions in it.
 * @param sectorSize – size of the drive's logical sectors, which an MBR counts in, in bytes
 * @throws the errors of `read`, except in the chain of logical partitions
 */
export async function readMbr(read: ReadAt, sectorSize: number): Promise<Partition[]> {
  const entries = await readEntries(read, 0)
  if (entries === null || !entries.every(({ state }) => state === 0 || state === 0x80)) return []
  const primary = entries.flatMap((entry, index) => (isUsed(entry) ? [{ ...entry, number: index + 1 }] : []))
  const outer = primary.find(({ type }) => extended.has(type))
  const logical = outer === undefined ? [] : await readLogical(read, sectorSize, outer)
  return [...primary, ...logical].map(({ number, type, first, count }) => ({
    ...{ number, name: '', type },
    ...{ start: first * sectorSize, end: (first + count) * sectorSize },
  }))
}

/**
 * Reads the chain of logical partitions. Each table of it has a partition, which begins behind that
 * table, and the place of the next table within the extended partition. A chain that is damaged
 * ends there.
 */
async function readLogical(read: ReadAt, sectorSize: number, outer: Entry): Promise<(Entry & { number: number })[]> {
  const found: (Entry & { number: number })[] = []
  const seen = new Set<number>()
  const end = outer.first + outer.count
  for (let at = outer.first; at >= outer.first && at < end && !seen.has(at) && found.length < mostLogical;) {
    seen.add(at)
    const entries = await attempt(readEntries(read, at * sectorSize))
    if (entries === null) break
    const [partition, next] = entries
    const first = at + partition!.first
    if (isUsed(partition!) && first + partition!.count <= end)
      found.push({ ...partition!, first, number: found.length + 5 })
    if (!isUsed(next!) || !extended.has(next!.type)) break
    at = outer.first + next!.first
  }
  return found
}

/** Reads the four entries of a table; null if there is no table. */
async function readEntries(read: ReadAt, offset: number): Promise<Entry[] | null> {
  const sector = await read(offset, 512)
  if (sector.readUInt16LE(510) !== 0xaa55) return null
  return [0, 1, 2, 3].map((index) => {
    const entry = sector.subarray(446 + 16 * index, 462 + 16 * index)
    const [first, count] = [entry.readUInt32LE(8), entry.readUInt32LE(12)]
    return { state: entry[0]!, type: entry[4]!, first, count }
  })
}

const isUsed = ({ type, first, count }: Entry): boolean =>
  type !== 0 && type !== protective && first !== 0 && count !== 0
