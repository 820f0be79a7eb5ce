import { copyToShared } from '../memory/copy-to-shared.ts'
import { allZeros } from '../memory/find-zeros.ts'
import type { Piece } from '../memory/piece.ts'
import { createSlots } from '../memory/slots.ts'
import { zeroPiece } from '../memory/zero-piece.ts'

/**
 * Copies pieces into memory that is released in any order. The decoder fills its ring in order, so
 * a piece that one drive keeps would stop it for all.
 * @param most – number of pieces that the consumer may keep at once
 */
export async function* copyPieces(pieces: AsyncIterable<Piece>, most: number): AsyncGenerator<Piece> {
  const slots = createSlots(most)
  for await (const { bytes, zeros, release } of pieces) {
    if (zeros === allZeros(bytes.length)) {
      release()
      yield zeroPiece(bytes.length)
      continue
    }
    const slot = await slots.take(0)
    const copy = slots.view(slot, bytes.length)
    copyToShared(bytes, copy)
    release()
    yield { bytes: copy, zeros, release: () => slots.give(slot) }
  }
}
