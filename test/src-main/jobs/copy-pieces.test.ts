import { expect, test } from 'vitest'
import { copyPieces } from '../../../src-main/jobs/copy-pieces.ts'
import { findZeros } from '../../../src-main/memory/find-zeros.ts'
import { pieceSize, type Piece } from '../../../src-main/memory/piece.ts'

/** Yields pieces from one buffer, which is filled again only when it was released. */
async function* fromOneFrame(fills: number[], length = pieceSize): AsyncGenerator<Piece> {
  const frame = Buffer.alloc(length)
  let isFree = true
  for (const fill of fills) {
    if (!isFree) throw new Error('the frame is still held')
    isFree = false
    frame.fill(fill)
    yield { bytes: frame, zeros: findZeros(frame), release: () => (isFree = true) }
  }
}

test('a piece that a drive keeps does not hold up the decoder, and keeps its bytes', async () => {
  const kept: Piece[] = []
  for await (const piece of copyPieces(fromOneFrame([7, 0, 9, 3]), 3)) kept.push(piece)
  expect(kept.map(({ bytes, zeros }) => [bytes.length, new Set(bytes), zeros])).toEqual(
    [7, 0, 9, 3].map((fill) => [pieceSize, new Set([fill]), fill === 0 ? 0xffff : 0]),
  )
})

test('pieces may be released in any order, and their memory is used again', async () => {
  const seen: number[] = []
  const kept: Piece[] = []
  for await (const piece of copyPieces(fromOneFrame([1, 2, 3, 4, 5, 6, 7], 4096), 3)) {
    seen.push(piece.bytes[0]!)
    kept.push(piece)
    if (kept.length === 3) kept.splice(1, 1)[0]!.release()
  }
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(kept.map(({ bytes }) => bytes[0])).toEqual([1, 7])
})
