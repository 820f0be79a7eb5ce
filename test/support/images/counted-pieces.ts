import { findZeros } from '../../../src-main/memory/find-zeros.ts'
import { pieceSize, type Piece } from '../../../src-main/memory/piece.ts'

export interface CountedPieces {
  pieces: Piece[]
  /** How often each was released. */
  released: number[]
}

/**
 * An image as the decoder gives it. What was released is overwritten at once, as the decoder might, so that nobody can use it
 * afterwards unnoticed.
 * @param sizes bytes of the pieces, in turn; multiples of 4096
 * @param memory aligned where a real drive is to take them
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
