import type { Hash } from 'node:crypto'

/** The digest of bytes that were hashed and some more after them. It may be asked several times, of the same bytes. */
export type Digest = (more?: Uint8Array) => Promise<Uint8Array>

export const digestOf =
  (hash: Hash): Digest =>
  async (more = new Uint8Array()) =>
    hash.copy().update(more).digest()
