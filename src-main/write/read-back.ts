import { allocateAligned } from './aligned-memory.ts'
import type { Target } from './target.ts'
import { roundUp } from './write-body.ts'

/** Bytes of one read. */
const blockSize = 4 * 1024 * 1024

/**
 * Reads a part of a drive in order, one block ahead.
 * A block given out is overwritten once the next but one is asked for.
 * @param start bytes; a multiple of the target's alignment
 * @param end bytes; any
 * @throws what the target throws; the signal's reason
 */
export async function* readDrive(
  target: Target,
  start: number,
  end: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const buffers = [allocateAligned(blockSize), allocateAligned(blockSize), allocateAligned(blockSize)]
  const read = (offset: number, turn: number): Promise<Uint8Array> => {
    const wanted = Math.min(blockSize, end - offset)
    const buffer = buffers[turn % buffers.length]!
    const bytes = buffer.subarray(0, Math.min(roundUp(wanted, target.alignment), target.size - offset))
    const reading = target.read(bytes, offset).then(() => bytes.subarray(0, wanted))
    reading.catch(() => undefined)
    return reading
  }
  let turn = 0
  let next = start < end ? read(start, turn) : null
  try {
    for (let offset = start; next !== null; offset += blockSize) {
      signal.throwIfAborted()
      const bytes: Uint8Array = await next
      next = offset + blockSize < end ? read(offset + blockSize, ++turn) : null
      yield bytes
    }
  } finally {
    await next?.catch(() => undefined)
  }
}
