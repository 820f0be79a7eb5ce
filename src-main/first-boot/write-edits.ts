import { KindlingError } from '../../src-shared/failure.ts'
import { allocateAligned } from '../memory/aligned-memory.ts'
import { roundUp } from '../write/round-up.ts'
import type { Target } from '../write/target.ts'
import type { Edit } from './edit.ts'

/** Maximum size of one read or write, in bytes. */
const mostAtOnce = 1024 * 1024

/** A stretch of whole sectors with its edits. */
interface Stretch {
  start: number
  end: number
  edits: Edit[]
}

/**
 * Writes edits to a drive, flushes, and reads back every sector that they touch.
 * @param edits – in ascending order, apart from each other
 * @throws read-back-mismatch if the drive holds other bytes than those that were proved before or
 *   written now; the target's failures; the signal's reason
 */
export async function writeEdits(target: Target, edits: Edit[], signal: AbortSignal): Promise<void> {
  const written: { start: number; bytes: Uint8Array }[] = []
  for (const { start, end, edits: inside } of gather(edits, target.alignment)) {
    signal.throwIfAborted()
    const bytes = allocateAligned(end - start)
    await inParts(bytes, (part, at) => target.read(part, start + at))
    for (const edit of inside) {
      const place = bytes.subarray(edit.offset - start, edit.offset - start + edit.bytes.length)
      requireEqual(place, edit.original, edit.offset)
      place.set(edit.bytes)
    }
    await inParts(bytes, (part, at) => target.write(part, start + at))
    written.push({ start, bytes })
  }
  await target.flush()
  for (const { start, bytes } of written) {
    signal.throwIfAborted()
    const found = allocateAligned(bytes.length)
    await inParts(found, (part, at) => target.read(part, start + at))
    requireEqual(found, bytes, start)
  }
}

/** Joins the edits that share a unit of the drive's alignment, or touch. */
function gather(edits: Edit[], alignment: number): Stretch[] {
  const stretches: Stretch[] = []
  for (const edit of edits) {
    const start = edit.offset - (edit.offset % alignment)
    const end = roundUp(edit.offset + edit.bytes.length, alignment)
    const last = stretches.at(-1)
    if (last !== undefined && start <= last.end) {
      last.end = Math.max(last.end, end)
      last.edits.push(edit)
    } else stretches.push({ start, end, edits: [edit] })
  }
  return stretches
}

async function inParts(bytes: Uint8Array, act: (part: Uint8Array, at: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < bytes.length; at += mostAtOnce) await act(bytes.subarray(at, at + mostAtOnce), at)
}

function requireEqual(found: Uint8Array, expected: Uint8Array, offset: number): void {
  const stray = found.findIndex((byte, index) => byte !== expected[index])
  if (stray !== -1) throw new KindlingError('read-back-mismatch', { firstDifference: offset + stray })
}
