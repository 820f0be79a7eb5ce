/** Size of a stretch, in bytes: the unit in which zeros are detected. */
export const stretchSize = 64 * 1024
/** Maximum size of a piece, in bytes. */
export const pieceSize = 1024 * 1024
/**
 * Alignment of pieces in the image and in memory, in bytes. The size of every piece but the last is
 * a multiple of it. No drive has larger sectors.
 */
export const pieceAlignment = 4096

/**
 * A part of the raw image that is being written to a drive. Pieces are in order and contiguous.
 * Each starts at a multiple of 4096 bytes of the image, in memory that is aligned for direct I/O
 * (see `allocateAligned`). The size of a piece is a multiple of 4096 bytes, except for the last
 * piece, and at most `pieceSize`.
 */
export interface Piece {
  /** Read-only: pieces of zeros share their memory. */
  readonly bytes: Uint8Array
  /** Bit n is set if the n-th stretch of `bytes` is all zeros. The last stretch may be shorter. */
  readonly zeros: number
  /**
   * Releases the memory, which is then filled again. Must be called exactly once, after the bytes
   * were used.
   */
  release(): void
}
