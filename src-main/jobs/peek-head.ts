import type { Piece } from '../memory/piece.ts'

/** The first bytes of an image, and all its pieces. */
export interface Peeked {
  head: Uint8Array
  pieces: AsyncIterable<Piece>
}

/**
 * Reads the first bytes of an image. The returned pieces still start at the first byte. If they are
 * not read, the pieces that were read are never released: then the reading must end, or have
 * memory to spare.
 * @param length – in bytes; `head` is shorter if the image ends before
 */
export async function peekHead(pieces: AsyncIterator<Piece>, length: number): Promise<Peeked> {
  const seen: Piece[] = []
  const head = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const { done, value: piece } = await pieces.next()
    if (done) break
    seen.push(piece)
    const part = piece.bytes.subarray(0, length - filled)
    head.set(part, filled)
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
  return { head: head.subarray(0, filled), pieces: all() }
}
