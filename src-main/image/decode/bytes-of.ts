import type { Piece } from '../../memory/piece.ts'

/** The bytes of each piece, which may be used until the next ones are asked for. */
export async function* bytesOf(pieces: AsyncIterable<Piece>): AsyncGenerator<Uint8Array> {
  for await (const { bytes, release } of pieces) {
    yield bytes
    release()
  }
}
