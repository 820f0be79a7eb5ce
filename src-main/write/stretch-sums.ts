import { crc32 } from 'node:zlib'
import { stretchSize } from '../memory/piece.ts'

const zeros = new Uint8Array(stretchSize)
/** CRC-32 of a stretch of zeros. */
const zeroSum = crc32(zeros)

/**
 * The CRC-32 of each stretch of an image: 4 bytes for each 64 KiB. They show where a drive differs
 * after the image itself is no longer available. They prove nothing; the read-back compares a
 * sha256.
 */
export class StretchSums {
  readonly #whole: number[] = []
  #last = 0
  /** Number of bytes in the last, incomplete stretch. */
  #filled = 0

  /**
   * @param zeros – bit n is set if the n-th stretch of `bytes` is all zeros, see `Piece`
   */
  add(bytes: Uint8Array, zeros = 0): void {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + stretchSize - this.#filled)
      const isZeros = part.length === stretchSize && at % stretchSize === 0 && (zeros & (1 << (at / stretchSize))) !== 0
      this.#last = isZeros ? zeroSum : crc32(part, this.#last)
      this.#filled += part.length
      at += part.length
      if (this.#filled < stretchSize) continue
      this.#whole.push(this.#last)
      this.#last = 0
      this.#filled = 0
    }
  }

  /** CRC-32 of each stretch, in order. The last stretch may be shorter. */
  get all(): readonly number[] {
    return this.#filled === 0 ? this.#whole : [...this.#whole, this.#last]
  }
}
