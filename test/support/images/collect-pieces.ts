import { expect } from 'vitest'
import { findZeros } from '../../../src-main/memory/find-zeros.ts'
import { pieceAlignment, pieceSize, type Piece } from '../../../src-main/memory/piece.ts'

/**
 * Returns the image that the pieces make up, and checks every piece against the contract. It holds
 * as many pieces at once as a drive's queue does.
 */
export async function collectPieces(pieces: AsyncIterable<Piece>, held = 8): Promise<Buffer> {
  const parts: Buffer[] = []
  const waiting: { piece: Piece; copy: Buffer }[] = []
  const release = () => {
    const { piece, copy } = waiting.shift()!
    // Detects a buffer that was reused before its release.
    if (Buffer.compare(piece.bytes, copy) !== 0) throw new Error('a piece changed before its release')
    piece.release()
  }
  let odd = false
  for await (const piece of pieces) {
    const { bytes, zeros } = piece
    expect(odd, 'only the last piece may be of any length').toBe(false)
    odd = bytes.length % pieceAlignment !== 0
    // Only `allocateAligned` makes shared memory, so the buffer starts on a page boundary.
    expect(bytes.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(bytes.byteOffset % pieceAlignment).toBe(0)
    expect(bytes.length).toBeGreaterThan(0)
    expect(bytes.length).toBeLessThanOrEqual(pieceSize)
    expect(zeros).toBe(findZeros(bytes))
    const copy = Buffer.from(bytes)
    parts.push(copy)
    waiting.push({ piece, copy })
    if (waiting.length > held) release()
  }
  while (waiting.length > 0) release()
  return Buffer.concat(parts)
}
