import type { Piece } from '../image/piece.ts'

/** A piece that is let go of when the last of those that use parts of it is done. */
export interface HeldPiece {
  readonly bytes: Uint8Array
  readonly zeros: number
  /** Bytes of the image before it. */
  readonly offset: number
  hold(): void
  letGo(): void
}

/** Holds it once. @param onRelease called when nobody holds it any more */
export function holdPiece(piece: Piece, offset: number, onRelease: () => void): HeldPiece {
  let holders = 1
  return {
    bytes: piece.bytes,
    zeros: piece.zeros,
    offset,
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
