import { findZeros } from '../../../src-main/memory/find-zeros.ts'
import { pieceSize, type Piece } from '../../../src-main/memory/piece.ts'

export interface CountedPieces {
  pieces: Piece[]
  /** Number of releases of each piece. */
  released: number[]
}

/**
 * Cuts an image into pieces as the decoder would. A released piece is overwritten immediately, as
 * the decoder might do, so that any later use is noticed.
 * @param sizes – sizes of the pieces in bytes, in turn; multiples of 4096
 * @param memory – buffer for the image; must be aligned if a real drive is written from it
 */
export function cutIntoPieces(
  image: Uint8Array,
  sizes: readonly number[] = [pieceSize],
  memory: Uint8Array = Buffer.alloc(image.length),
): CountedPieces {
  memory.set(image)
  const pieces: Piece[] = []
  const released: number[] = []
  for (let from = 0, turn = 0; from < image.length; turn++) {
    const bytes = memory.subarray(from, from + sizes[turn % sizes.length]!)
    released.push(0)
    pieces.push({
      bytes,
      zeros: findZeros(bytes),
      release() {
        released[turn]!++
        bytes.fill(0xee)
      },
    })
    from += bytes.length
  }
  return { pieces, released }
}
