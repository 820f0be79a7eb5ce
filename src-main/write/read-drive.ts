import { allocateAligned } from '../memory/aligned-memory.ts'
import { roundUp } from './round-up.ts'
import type { Target } from './target.ts'

/** Maximum size of one read, in bytes. */
const largestBlock = 4 * 1024 * 1024
/** Number of blocks in the buffer: one is used while two are being read. */
const buffers = 3

/**
 * Allocates the buffer for reading a part of a drive.
 * @param length – length of the part, in bytes
 */
export const allocateForReading = (length: number, alignment: number): Uint8Array =>
  allocateAligned(buffers * roundUp(Math.min(largestBlock, length), alignment))

/**
 * Reads a part of a drive in order, with a read-ahead of two blocks. A block that was returned is
 * overwritten once the next one is requested.
 * @param start – offset in bytes; a multiple of the target's alignment
 * @param end – end offset in bytes; any number
 * @param memory – buffer from `allocateForReading`, for the longest of several parts
 * @param blockSize – maximum size of one read, in bytes; 4 MiB at most
 * @throws the target's failures; the signal's reason
 */
export async function* readDrive(
  target: Target,
  start: number,
  end: number,
  signal: AbortSignal,
  memory = allocateForReading(end - start, target.alignment),
  blockSize = largestBlock,
): AsyncGenerator<Uint8Array> {
  const size = roundUp(Math.min(blockSize, end - start), target.alignment)
  const reading: Promise<Uint8Array>[] = []
  let [turn, offset] = [0, start]
  function readNext() {
    if (offset >= end) return
    const wanted = Math.min(size, end - offset)
    const length = Math.min(roundUp(wanted, target.alignment), target.size - offset)
    const bytes = memory.subarray(size * turn, size * turn + length)
    const read = target.read(bytes, offset).then(() => bytes.subarray(0, wanted))
    // Awaited below; until then a failure must not count as unhandled.
    read.catch(() => undefined)
    reading.push(read)
    turn = (turn + 1) % buffers
    offset += wanted
  }
  try {
    while (reading.length < buffers && offset < end) readNext()
    for (; reading.length > 0; readNext()) {
      signal.throwIfAborted()
      yield await reading[0]!
      reading.shift()
    }
  } finally {
    await Promise.allSettled(reading)
  }
}
