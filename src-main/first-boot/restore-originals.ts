import { createHash } from 'node:crypto'
import { attempt } from '../identify/attempt.ts'
import { readPartitionTable } from '../identify/partition-table.ts'
import { mostRead, readTarget, type ReadAt } from '../identify/read-at.ts'
import { readKeptReceipts } from '../files/kept-receipts.ts'
import type { RetryingTarget } from '../write/retrying-target.ts'
import type { Target } from '../write/target.ts'
import { attemptLiveAreas } from './live-changes.ts'
import { readFirstBootReceipt, type ChangedPlace, type FirstBootReceipt } from './read-receipt.ts'

/**
 * Returns a drive that reads as its image was before the first boot was set up: the original bytes
 * are put over what is read, in memory. The drive is not written.
 */
export const restoreOriginals = (target: RetryingTarget, places: ChangedPlace[]): RetryingTarget =>
  // Everything but `read` stays that of the target.
  Object.create(target, {
    read: {
      async value(bytes: Uint8Array, offset: number): Promise<void> {
        await target.read(bytes, offset)
        for (const place of places) {
          const from = Math.max(place.offset, offset)
          const to = Math.min(place.offset + place.original.length, offset + bytes.length)
          if (from < to) bytes.set(place.original.subarray(from - place.offset, to - place.offset), from - offset)
        }
      },
    },
  }) as RetryingTarget

/**
 * Compares the changed places of a drive with what a receipt says was written there.
 * @returns the offset of the first place that differs; null if there is none
 * @throws the failures of the target; the signal's reason
 */
export async function findChangedAgain(
  target: Target,
  places: ChangedPlace[],
  signal: AbortSignal,
): Promise<number | null> {
  const read = readTarget(target, signal)
  for (const { offset, original, sha256 } of places) {
    const hash = createHash('sha256')
    const end = offset + original.length
    if (end > target.size) return offset
    for (let at = offset; at < end; at += mostRead) hash.update(await read(at, Math.min(mostRead, end - at)))
    if (hash.digest('hex') !== sha256) return offset
  }
  return null
}

/**
 * Returns whether all places lie where a first boot may change the image: in the boot partition, or
 * in the places that a live ISO reserves. A receipt cannot excuse other bytes.
 * @throws the failures of the target, except for unreadable sectors; the signal's reason
 */
export async function areSettable(
  target: RetryingTarget,
  places: ChangedPlace[],
  signal: AbortSignal,
): Promise<boolean> {
  const read = readTarget(restoreOriginals(target, places), signal)
  const live = await attemptLiveAreas(read)
  const extents =
    live === null ? await findBoot(read) : [live.initrd, ...(live.kargs?.areas ?? []).map(({ place }) => place)]
  return places.every(({ offset, original }) =>
    extents.some(({ start, end }) => offset >= start && offset + original.length <= end),
  )
}

async function findBoot(read: ReadAt): Promise<{ start: number; end: number }[]> {
  const table = await attempt(readPartitionTable(read))
  const found = table?.partitions.filter(({ name }) => name === 'boot') ?? []
  return found.length === 1 ? found : []
}

/**
 * Finds the latest stored receipt whose first boot is on a drive. An unreadable sector means that
 * it is not.
 * @throws the failures of the target, except for unreadable sectors; the signal's reason
 */
export async function findKeptReceipt(
  stateDirectory: string,
  target: RetryingTarget,
  signal: AbortSignal,
): Promise<FirstBootReceipt | null> {
  for await (const kept of readKeptReceipts(stateDirectory)) {
    const found = readFirstBootReceipt(kept)
    if (found === null || found.places.length === 0) continue
    const isThere = await attempt(findChangedAgain(target, found.places, signal).then((place) => place === null))
    if (isThere && (await areSettable(target, found.places, signal))) return found
  }
  return null
}
