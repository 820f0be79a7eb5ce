import type { Piece } from '../../memory/piece.ts'

/** Yields the bytes of each piece. They are valid until the next ones are requested. */
export async function* bytesOf(pieces: AsyncIterable<Piece>): AsyncGenerator<Uint8Array> {
  for await (const { bytes, release } of pieces) {
    yield bytes
    release()
  }
}
