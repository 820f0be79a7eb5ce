import { stretchSize, type Piece } from '../memory/piece.ts'

/**
 * A piece with a reference count. It is released when the last user of one of its parts is done.
 */
export interface SharedPiece {
  readonly bytes: Uint8Array
  readonly zeros: number
  /** Offset of the piece in the image, in bytes. */
  readonly offset: number
  /** Number of bytes at the start of the piece that must not be written. */
  readonly withheld: number
  hold(): void
  release(): void
}

/**
 * Wraps a piece, with a reference count of 1.
 * @param onRelease – called when the count reaches 0
 */
export function sharePiece(
  piece: Piece,
  { offset, withheld }: Pick<SharedPiece, 'offset' | 'withheld'>,
  onRelease: () => void,
): SharedPiece {
  let holders = 1
  return {
    bytes: piece.bytes,
    zeros: piece.zeros,
    offset,
    withheld,
    hold() {
      holders++
    },
    release() {
      if (--holders > 0) return
      piece.release()
      onRelease()
    },
  }
}

/**
 * A stretch of a piece: the unit in which zeros and equal bytes are distinguished. Positions are in
 * bytes from the start of the piece.
 */
export interface Stretch {
  index: number
  from: number
  to: number
}

/**
 * Yields the stretches of a piece, without the withheld bytes. The first and the last may be
 * shorter than the others.
 */
export function* stretchesOf(piece: SharedPiece): Generator<Stretch> {
  for (let index = 0; index * stretchSize < piece.bytes.length; index++) {
    const from = Math.max(index * stretchSize, piece.withheld)
    const to = Math.min((index + 1) * stretchSize, piece.bytes.length)
    if (from < to) yield { index, from, to }
  }
}
