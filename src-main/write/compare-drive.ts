import { allocateAligned } from '../memory/aligned-memory.ts'
import { stretchSize, type Piece } from '../memory/piece.ts'
import { isZero } from '../memory/is-zero.ts'
import { readDrive } from './read-drive.ts'
import { roundUp } from './round-up.ts'
import type { Target } from './target.ts'

/** Limits for reading again: number of differing stretches, and number of reads of each. */
const mostReadAgain = 64
const timesReadAgain = 3

/** Position and amount of the differences between a drive and an image, in stretches of 64 KiB. */
export interface Difference {
  /** Byte offset of the first difference; the drive's size if the image is longer. */
  first: number
  /** Offset of the last byte of the last differing stretch. */
  last: number
  /** Number of bytes in differing stretches. */
  bytes: number
  /** True if a differing stretch returned other bytes when it was read again. */
  varies: boolean
  /** True if all differing stretches are zeros on the drive. */
  isZero: boolean
}

/**
 * Compares a drive with an image to the end of either. Stretches that differ are read again, in
 * smaller reads. Once a difference is found, an error or a cancel ends the comparison but the
 * difference is still returned.
 * @param onCompared – receives the number of bytes that were compared
 * @returns null if the drive holds the image
 * @throws the failures of target and image before the first difference
 */
export async function compareDrive(
  target: Target,
  image: AsyncIterable<Piece>,
  signal: AbortSignal,
  onCompared: (bytes: number) => void,
): Promise<Difference | null> {
  const drive = readDrive(target, 0, target.size, signal)
  const differences = new Differences(target)
  let have: Uint8Array = new Uint8Array()
  let offset = 0
  try {
    for await (const { bytes: chunk, release } of image) {
      for (let used = 0; used < chunk.length;) {
        if (have.length === 0) {
          const { done, value } = await drive.next()
          if (done) return differences.endAt(offset)
          have = value
        }
        // Each stretch is compared as a whole, so that it is counted once.
        const length = Math.min(have.length, chunk.length - used, stretchSize - (offset % stretchSize))
        const [found, wanted] = [have.subarray(0, length), chunk.subarray(used, used + length)]
        if (Buffer.compare(found, wanted) !== 0) await differences.add(offset, found, wanted)
        have = have.subarray(length)
        used += length
        offset += length
        onCompared(length)
      }
      release()
    }
  } catch (error) {
    if (differences.found === null) throw error
  } finally {
    await drive.return(undefined)
  }
  return differences.found
}

class Differences {
  found: Difference | null = null
  readonly #target: Target
  readonly #memory: Uint8Array
  #readAgain = 0

  constructor(target: Target) {
    this.#target = target
    this.#memory = allocateAligned(stretchSize + 2 * roundUp(1, target.alignment))
  }

  /** Records a stretch, or part of one, in which the drive differs. */
  async add(offset: number, found: Uint8Array, wanted: Uint8Array): Promise<void> {
    const first = offset + found.findIndex((byte, index) => byte !== wanted[index])
    this.found ??= { first, last: 0, bytes: 0, varies: false, isZero: true }
    this.found.last = offset + found.length - 1
    this.found.bytes += found.length
    this.found.isZero &&= isZero(found)
    if (this.#readAgain++ < mostReadAgain) this.found.varies ||= await this.#varies(offset, found)
  }

  /** Returns the difference for an image that is longer than the drive. */
  endAt(size: number): Difference {
    return this.found ?? { first: size, last: size, bytes: 0, varies: false, isZero: false }
  }

  async #varies(offset: number, found: Uint8Array): Promise<boolean> {
    const { alignment, size } = this.#target
    const start = offset - (offset % alignment)
    const end = Math.min(roundUp(offset + found.length, alignment), size)
    for (let turn = 0; turn < timesReadAgain; turn++) {
      await this.#target.read(this.#memory.subarray(0, end - start), start)
      const again = this.#memory.subarray(offset - start, offset - start + found.length)
      if (Buffer.compare(again, found) !== 0) return true
    }
    return false
  }
}
