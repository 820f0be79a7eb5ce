import { stretchSize, type Piece } from '../memory/piece.ts'

/** A piece that is let go of when the last of those that use parts of it is done. */
export interface HeldPiece {
  readonly bytes: Uint8Array
  readonly zeros: number
  /** Bytes of the image before it. */
  readonly offset: number
  /** Bytes at its start that are not to be written. */
  readonly withheld: number
  hold(): void
  letGo(): void
}

/** Holds it once. @param onRelease called when nobody holds it any more */
export function holdPiece(
  piece: Piece,
  { offset, withheld }: Pick<HeldPiece, 'offset' | 'withheld'>,
  onRelease: () => void,
): HeldPiece {
  let holders = 1
  return {
    bytes: piece.bytes,
    zeros: piece.zeros,
    offset,
    withheld,
    hold() {
      holders++
    },
    letGo() {
      if (--holders > 0) return
      piece.release()
      onRelease()
    },
  }
}

/** A part of a piece in which zeros, and what is equal, are told apart: bytes from the piece's start. */
export interface Stretch {
  index: number
  from: number
  to: number
}

/** The stretches of a piece without what is withheld; the first and the last may be shorter than the others. */
export function* stretchesOf(piece: HeldPiece): Generator<Stretch> {
  for (let index = 0; index * stretchSize < piece.bytes.length; index++) {
    const from = Math.max(index * stretchSize, piece.withheld)
    const to = Math.min((index + 1) * stretchSize, piece.bytes.length)
    if (from < to) yield { index, from, to }
  }
}
