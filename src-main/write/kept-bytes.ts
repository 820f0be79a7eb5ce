import { allocateAligned } from '../memory/aligned-memory.ts'
import { withheldSize } from './withheld-ends.ts'
import type { Target } from './target.ts'

/**
 * Size of one marker of `probe-capacity`, in bytes; a multiple of every drive's alignment.
 */
export const markerSize = 4096

/**
 * The drive's original bytes at both ends and at the probe offsets. They are restored if the drive
 * is rejected before any of the image is written.
 */
export interface KeptBytes {
  /**
   * Restores the bytes at the probe offsets.
   * @throws the target's failures
   */
  putBackPlaces(): Promise<void>
  /**
   * Restores everything and reads it again.
   * @returns whether the drive is as it was
   * @throws the target's failures
   */
  putBackAll(): Promise<boolean>
}

/**
 * Saves the bytes at a drive's ends and at the probe offsets. Unreadable bytes count as zeros;
 * `putBackAll` then always returns false.
 * @param places – probe offsets in bytes; `markerSize` bytes are saved at each
 */
export async function keepBytes(target: Target, places: readonly number[]): Promise<KeptBytes> {
  const end = Math.min(withheldSize, target.size)
  const memory = allocateAligned(3 * end + places.length * markerSize)
  let used = end
  const keep = async (offset: number, length: number) => {
    const bytes = memory.subarray(used, (used += length))
    const known = await target.read(bytes, offset).then(
      () => true,
      () => false,
    )
    if (!known) bytes.fill(0)
    return { offset, bytes, known }
  }
  type Kept = Awaited<ReturnType<typeof keep>>

  const ends = [await keep(0, end), await keep(target.size - end, end)]
  const between: Kept[] = []
  for (const place of places) between.push(await keep(place, markerSize))

  async function isThere({ offset, bytes }: Kept): Promise<boolean> {
    const found = memory.subarray(0, bytes.length)
    await target.read(found, offset)
    return Buffer.compare(found, bytes) === 0
  }
  async function putBack(all: Kept[]) {
    for (const each of all) if (!(await isThere(each))) await target.write(each.bytes, each.offset)
    await target.flush()
  }

  return {
    putBackPlaces: () => putBack(between),
    async putBackAll() {
      const all = [...ends, ...between]
      // On a drive that wraps round, two ranges may be the same bytes. Their saved contents then
      // agree.
      await putBack(all)
      for (const each of all) if (!each.known || !(await isThere(each))) return false
      return true
    },
  }
}
