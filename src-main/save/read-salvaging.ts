import { KindlingError } from '../../src-shared/failure.ts'
import { allocateAligned } from '../memory/aligned-memory.ts'
import { addExtent, type Extent } from '../write/extent.ts'
import { readDrive } from '../write/read-drive.ts'
import { roundUp } from '../write/round-up.ts'
import type { Target } from '../write/target.ts'

/** Sizes of the reads around a failure, in bytes: the last one is the least that is given up. */
const [blockSize, partSize, leastSize] = [1024 * 1024, 64 * 1024, 4096]

/**
 * Reads a part of a drive in order. A block that was returned is overwritten once the next one is
 * requested.
 * @param start – offset in bytes; a multiple of the target's alignment
 * @param size – end offset in bytes; any number
 * @param unreadable – receives the ranges that cannot be read, which are returned as zeros. Null:
 *   the first failure ends the reading.
 * @throws the target's failures; the signal's reason
 */
export async function* readSalvaging(
  target: Target,
  start: number,
  size: number,
  signal: AbortSignal,
  unreadable: Extent[] | null,
): AsyncGenerator<Uint8Array> {
  for (let at = start; at < size;)
    try {
      for await (const bytes of readDrive(target, at, size, signal)) {
        yield bytes
        at += bytes.length
      }
    } catch (error) {
      if (unreadable === null || !isReadFailure(error)) throw error
      const memory = allocateAligned(blockSize)
      const length = Math.min(blockSize, size - at)
      const bytes = memory.subarray(0, Math.min(roundUp(length, target.alignment), target.size - at))
      await readParts(target, bytes, at, partSize, signal, unreadable)
      yield memory.subarray(0, length)
      at += length
    }
}

/** Reads in parts, and a part that fails in the least ones. What fails then becomes zeros. */
async function readParts(
  target: Target,
  bytes: Uint8Array,
  offset: number,
  size: number,
  signal: AbortSignal,
  unreadable: Extent[],
): Promise<void> {
  for (let at = 0; at < bytes.length; at += size) {
    signal.throwIfAborted()
    const part = bytes.subarray(at, at + size)
    try {
      await target.read(part, offset + at)
    } catch (error) {
      if (!isReadFailure(error)) throw error
      if (size > leastSize) await readParts(target, part, offset + at, leastSize, signal, unreadable)
      else {
        part.fill(0)
        addExtent(unreadable, offset + at, part.length)
      }
    }
  }
}

const isReadFailure = (error: unknown) => error instanceof KindlingError && error.code === 'drive-read-failed'
