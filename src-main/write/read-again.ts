import { allocateAligned } from '../memory/aligned-memory.ts'
import { stretchSize } from '../memory/piece.ts'
import { roundUp } from './round-up.ts'
import type { Target } from './target.ts'

/** Maximum number of places that are read again. */
const mostPlaces = 64
/** Number of times that each of them is read again. */
const times = 3

/**
 * Reads places that differ again, to tell an unstable reader or cable from wrong bytes on the
 * drive.
 */
export class ReadAgain {
  readonly #target: Target
  readonly #memory: Uint8Array
  #places = 0

  constructor(target: Target) {
    this.#target = target
    this.#memory = allocateAligned(stretchSize + 2 * target.alignment)
  }

  /**
   * Returns whether the drive returns other bytes than before. Returns false for a place beyond the
   * first 64, which are enough to tell.
   * @param offset – byte offset of the place, any
   * @param found – bytes that the drive returned before, at most 64 KiB
   * @throws the failures of the target
   */
  async varies(offset: number, found: Uint8Array): Promise<boolean> {
    if (++this.#places > mostPlaces) return false
    const { alignment, size } = this.#target
    const start = offset - (offset % alignment)
    const end = Math.min(roundUp(offset + found.length, alignment), size)
    for (let turn = 0; turn < times; turn++) {
      await this.#target.read(this.#memory.subarray(0, end - start), start)
      const again = this.#memory.subarray(offset - start, offset - start + found.length)
      if (Buffer.compare(again, found) !== 0) return true
    }
    return false
  }
}
