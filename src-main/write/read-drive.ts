import { allocateAligned } from '../memory/aligned-memory.ts'
import { roundUp } from './round-up.ts'
import type { Target } from './target.ts'

/** Maximum size of one read, in bytes. */
const largestBlock = 4 * 1024 * 1024
/** One block is used while two are being read. */
const buffers = 3

/** @param length bytes of what will be read */
export const allocateForReading = (length: number, alignment: number): Uint8Array =>
  allocateAligned(buffers * roundUp(Math.min(largestBlock, length), alignment))

/**
 * Reads a part of a drive in order, two blocks ahead.
 * A block given out is overwritten once the next is asked for.
 * @param start bytes; a multiple of the target's alignment
 * @param end bytes; any
 * @param memory as `allocateForReading` gives it for the longest of several parts
 * @param blockSize maximum size of one read, in bytes; 4 MiB at most
 * @throws what the target throws; the signal's reason
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
