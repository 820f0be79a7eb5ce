import { allocateAligned } from '../memory/aligned-memory.ts'
import { heldBack } from './hold-back.ts'
import { markerSize } from './probe-capacity.ts'
import type { Target } from './target.ts'

/** What lay on a drive before its ends were cleared and its places probed. Nothing of the image is written then. */
export interface KeptBytes {
  /** Writes back what lay at the places. @throws what the target throws */
  putBackPlaces(): Promise<void>
  /** Writes everything back, and reads it; answers whether the drive is as it was. @throws what the target throws */
  putBackAll(): Promise<boolean>
}

/**
 * Reads what a drive holds at its ends and at places between them. What cannot be read counts as zeros, and the drive will
 * never be as it was.
 * @param places bytes; each begins `markerSize` bytes
 */
export async function keepBytes(target: Target, places: readonly number[]): Promise<KeptBytes> {
  const end = Math.min(heldBack, target.size)
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
      // On a drive that wraps round two of them may be the same bytes; what was kept of both then agrees.
      await putBack(all)
      for (const each of all) if (!each.known || !(await isThere(each))) return false
      return true
    },
  }
}
