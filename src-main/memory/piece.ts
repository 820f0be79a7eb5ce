/** Zeros are told apart in stretches of this many bytes. */
export const stretchSize = 64 * 1024
/** Bytes of the largest piece. */
export const pieceSize = 1024 * 1024
/** What every piece but the last is a multiple of, in the image and in memory: no sector is larger. */
export const pieceAlignment = 4096

/**
 * A part of the raw image on its way to a drive. Pieces come in order without gaps; each begins at a multiple of 4096 bytes
 * of the image and in memory that direct I/O takes (see `allocateAligned`), and all but the last have a multiple of 4096
 * bytes, `pieceSize` at most.
 */
export interface Piece {
  /** Not to be changed: pieces of zeros share their memory. */
  readonly bytes: Uint8Array
  /** Bit n: the n-th stretch of `bytes` (the last may be shorter) is all zeros. */
  readonly zeros: number
  /** Call it once when the bytes were used: their memory is then filled anew. */
  release(): void
}
