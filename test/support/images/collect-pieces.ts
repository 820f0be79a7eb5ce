import { expect } from 'vitest'
import { findZeros } from '../../../src-main/memory/find-zeros.ts'
import { pieceAlignment, pieceSize, type Piece } from '../../../src-main/memory/piece.ts'

/** The image that pieces make up. Holds as many as a drive's queue does, and checks what the contract says of each. */
export async function collectPieces(pieces: AsyncIterable<Piece>, held = 8): Promise<Buffer> {
  const parts: Buffer[] = []
  const waiting: { piece: Piece; copy: Buffer }[] = []
  const release = () => {
    const { piece, copy } = waiting.shift()!
    // Memory that was filled anew before its release would show here.
    if (Buffer.compare(piece.bytes, copy) !== 0) throw new Error('a piece changed before its release')
    piece.release()
  }
  let odd = false
  for await (const piece of pieces) {
    const { bytes, zeros } = piece
    expect(odd, 'only the last piece may be of any length').toBe(false)
    odd = bytes.length % pieceAlignment !== 0
    // Shared memory comes from `allocateAligned` alone, so that it begins on a page.
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
