import { KindlingError } from '../../src-shared/failure.ts'
import { stretchSize } from '../memory/piece.ts'
import type { Extent } from './extent.ts'
import { isZero } from '../memory/is-zero.ts'
import type { Target } from './target.ts'

/**
 * Share of the bytes to write that is sampled at scattered places. The same share is read in order.
 */
const share = 1 / 200
const fewest = 8
const most = 32
/** Maximum number of bytes read in order. */
const longest = 4 * 1024 * 1024
/**
 * Number of samples on either side of a place that must be zeros for the place to count as clean.
 */
const around = 4
/** Alignment of the samples, in bytes; a multiple of every drive's alignment. */
const page = 4096

/**
 * Result of a few reads of a drive before anything is written. It decides which bytes to write and
 * proves nothing.
 */
export interface Sample {
  /** Returns whether the drive seems to hold only zeros around this place. */
  isClean(offset: number, length: number): boolean
  /** Rate of reading in order, in bytes per millisecond. */
  readRate: number
  /** Time to read one stretch at a distant place, in milliseconds. */
  seekTime: number
  /** Duration of the sampling, in milliseconds. */
  elapsed: number
}

/**
 * Samples the part of a drive where an image will be written. Reads in order at the start, for the
 * rate and because file systems begin there. Then reads at places spread over the range, and stops
 * early if none of the first ones is zero.
 * @param range – place of the image; its offset is a multiple of the target's alignment
 * @param memory – buffer for direct I/O, at least 64 KiB
 * @param now – clock in milliseconds
 * @returns null if the range is too small or the drive cannot be read (writing may repair it)
 * @throws drive-gone
 */
export async function sampleDrive(
  target: Target,
  range: Extent,
  memory: Uint8Array,
  now: () => number,
): Promise<Sample | null> {
  const affordable = Math.floor((range.length * share) / stretchSize)
  const count = Math.min(Math.max(affordable, fewest), most, Math.floor(range.length / stretchSize))
  if (count === 0) return null
  const step = range.length / count
  const inOrder = Math.min(
    Math.max(affordable, 4) * stretchSize,
    longest,
    memory.length,
    Math.floor(step / page) * page,
  )
  const found: boolean[] = Array.from({ length: count }, () => false)
  const began = now()
  try {
    const start = memory.subarray(0, inOrder)
    await target.read(start, range.offset)
    const readRate = inOrder / Math.max(now() - began, 0.001)
    const startIsZero = isZero(start)
    const seeking = now()
    let seen = 0
    for (const [turn, index] of spreadOrder(count).entries()) {
      if (turn === fewest && seen === 0) break
      const bytes = memory.subarray(0, stretchSize)
      await target.read(bytes, range.offset + placeOf(index, step))
      found[index] = isZero(bytes) && (index > 0 || startIsZero)
      if (found[index]) seen++
    }
    const looked = seen === 0 ? Math.min(count, fewest) : count
    return {
      readRate,
      seekTime: (now() - seeking) / looked,
      elapsed: now() - began,
      isClean(offset, length) {
        const [from, to] = [offset - range.offset, offset - range.offset + length]
        if (from < 0 || to > range.length) return false
        // At either end of the range, samples further inside replace the missing ones.
        const least = 2 * around + 1
        const first = Math.max(Math.min(Math.floor(from / step) - around, count - least), 0)
        return found.slice(first, Math.max(Math.ceil(to / step) + around, least)).every(Boolean)
      },
    }
  } catch (error) {
    if (error instanceof KindlingError && error.code === 'drive-gone') throw error
    return null
  }
}

/**
 * Returns the place of a sample, in bytes from the start of the range. The golden ratio keeps the
 * places out of step with patterns that repeat on the drive.
 */
function placeOf(index: number, step: number): number {
  const within = (index * 0.618_034) % 1
  return Math.floor((index * step + within * (step - stretchSize)) / page) * page
}

/** Returns an order whose every prefix is spread over the whole range: 0, 4, 2, 6, 1, 5, 3, 7. */
function spreadOrder(count: number): number[] {
  const bits = Math.ceil(Math.log2(count))
  const order: number[] = []
  for (let turn = 0; turn < 2 ** bits; turn++) {
    let index = 0
    for (let bit = 0; bit < bits; bit++) if (turn & (1 << bit)) index |= 1 << (bits - 1 - bit)
    if (index < count) order.push(index)
  }
  return order
}
