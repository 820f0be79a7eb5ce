import { allocateAligned } from '../memory/aligned-memory.ts'
import { roundUp } from '../write/round-up.ts'
import type { Target } from '../write/target.ts'

/**
 * Reads `length` bytes at any offset and returns a copy.
 * @throws RangeError outside the readable range, and the errors of the target
 */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>

/** Maximum size of one read, in bytes. */
export const mostRead = 1024 * 1024

/** Creates a reader for small reads anywhere on a drive, one at a time. */
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

/** Creates a reader of bytes in memory. */
export const readMemory =
  (bytes: Uint8Array): ReadAt =>
  async (offset, length) => {
    if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length))
      throw new RangeError(`${length} bytes from byte ${offset}`)
    return Buffer.from(bytes.subarray(offset, offset + length))
  }

/**
 * Creates a reader of an image whose first bytes are in memory. All other bytes come from `read`.
 * @param head – the first bytes of the image
 */
export function readBehind(head: Uint8Array, read: ReadAt): ReadAt {
  const ofHead = readMemory(head)
  return async (offset, length) => {
    const inside = Math.min(Math.max(head.length - offset, 0), length)
    if (inside <= 0) return read(offset, length)
    const start = await ofHead(offset, inside)
    return inside === length ? start : Buffer.concat([start, await read(offset + inside, length - inside)])
  }
}

/** Creates a reader of a range of `read`. Offsets count from the start of the range. */
export const readWithin =
  (read: ReadAt, { start, end }: { start: number; end: number }): ReadAt =>
  (offset, length) => {
    if (!(offset >= 0 && offset + length <= end - start)) throw new RangeError(`${length} bytes from byte ${offset}`)
    return read(start + offset, length)
  }
