import { copyToShared } from '../../memory/copy-to-shared.ts'
import { bytesOf } from './bytes-of.ts'
import { findZeros } from '../../memory/find-zeros.ts'
import { pieceAlignment, pieceSize, type Piece } from '../../memory/piece.ts'
import { maxPieces } from './plan-memory.ts'
import { createSlots } from '../../memory/slots.ts'

/** Number of buffers for pieces being filled, on top of those that the consumer keeps. */
const underWay = 8

/** Copies chunks of any size, in any memory, into pieces. */
export async function* gatherPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Piece> {
  const slots = createSlots(underWay + maxPieces)
  let slot = -1
  let filled = 0
  const finish = (): Piece => {
    const taken = slot
    const bytes = slots.view(taken, filled)
    slot = -1
    filled = 0
    return { bytes, zeros: findZeros(bytes), release: () => slots.give(taken) }
  }
  for await (const chunk of chunks) {
    for (let used = 0; used < chunk.length;) {
      if (slot === -1) slot = await slots.take(0)
      const part = chunk.subarray(used, used + pieceSize - filled)
      copyToShared(part, slots.view(slot), filled)
      used += part.length
      filled += part.length
      if (filled === pieceSize) yield finish()
    }
  }
  if (filled > 0) yield finish()
}

/**
 * Passes pieces on while their sizes are aligned. From the first unaligned piece that is not the
 * last, all are copied.
 */
export async function* alignPieces(pieces: AsyncGenerator<Piece>): AsyncGenerator<Piece> {
  try {
    for (;;) {
      const { done, value: piece } = await pieces.next()
      if (done) return
      if (piece.bytes.length % pieceAlignment === 0) {
        yield piece
        continue
      }
      const next = await pieces.next()
      if (next.done) yield piece
      else yield* gatherPieces(bytesOf(joined([piece, next.value], pieces)))
      return
    }
  } finally {
    await pieces.return(undefined)
  }
}

async function* joined(first: Piece[], rest: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  yield* first
  yield* rest
}
