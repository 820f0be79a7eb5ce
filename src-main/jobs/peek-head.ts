import { allocateAligned } from '../memory/aligned-memory.ts'
import { copyToShared } from '../memory/copy-to-shared.ts'
import type { Piece } from '../memory/piece.ts'

/** The first bytes of an image, and all its pieces. */
export interface Peeked {
  head: Uint8Array
  pieces: AsyncIterable<Piece>
}

/**
 * Reads the first bytes of an image. The returned pieces still start at the first byte. Pieces
 * within `head` are released at once: the decoder has room for few, and a short block makes a short
 * piece.
 * @param length – in bytes; `head` is shorter if the image ends before
 */
export async function peekHead(pieces: AsyncIterator<Piece>, length: number): Promise<Peeked> {
  const seen: Piece[] = []
  const memory = allocateAligned(length)
  let filled = 0
  while (filled < length) {
    const { done, value: piece } = await pieces.next()
    if (done) break
    const part = piece.bytes.subarray(0, length - filled)
    copyToShared(part, memory, filled)
    if (part.length < piece.bytes.length) seen.push(piece)
    else {
      seen.push({ ...piece, bytes: memory.subarray(filled, filled + part.length), release: () => {} })
      piece.release()
    }
    filled += part.length
  }
  async function* all() {
    for (let piece = seen.shift(); piece !== undefined; piece = seen.shift()) yield piece
    for (;;) {
      const { done, value } = await pieces.next()
      if (done) return
      yield value
    }
  }
  return { head: memory.slice(0, filled), pieces: all() }
}
