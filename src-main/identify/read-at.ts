import { allocateAligned } from '../aligned-memory.ts'
import { roundUp } from '../write/round-up.ts'
import type { Target } from '../write/target.ts'

/** So many bytes from any offset, a copy. @throws RangeError outside of what there is, and what the target throws */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>

/** Bytes that are read at once. */
export const mostRead = 1024 * 1024

/** Small reads anywhere on a drive, one at a time. */
export function readTarget(target: Target, signal: AbortSignal): ReadAt {
  const { alignment, size } = target
  const memory = allocateAligned(roundUp(mostRead, alignment) + 2 * alignment)
  return async (offset, length) => {
    signal.throwIfAborted()
    if (!(offset >= 0 && length >= 0 && length <= mostRead && offset + length <= size))
      throw new RangeError(`${length} bytes from byte ${offset}`)
    const start = offset - (offset % alignment)
    const bytes = memory.subarray(0, Math.min(roundUp(offset + length, alignment), size) - start)
    await target.read(bytes, start)
    return Buffer.from(bytes.subarray(offset - start, offset - start + length))
  }
}

/** A part of it, counted from its own start. */
export const readWithin =
  (read: ReadAt, { start, end }: { start: number; end: number }): ReadAt =>
  (offset, length) => {
    if (!(offset >= 0 && offset + length <= end - start)) throw new RangeError(`${length} bytes from byte ${offset}`)
    return read(start + offset, length)
  }
