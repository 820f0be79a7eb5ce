import { allocateAligned } from './aligned-memory.ts'
import { allZeros } from './find-zeros.ts'
import { pieceSize, type Piece } from './piece.ts'

/** Memory of every piece of zeros. It is aligned, because drives are written from it. */
const zeros = allocateAligned(pieceSize)

/** Returns a piece of zeros, which shares its memory with all others. */
export const zeroPiece = (length: number): Piece => ({
  bytes: zeros.subarray(0, length),
  zeros: allZeros(length),
  release: () => {},
})
