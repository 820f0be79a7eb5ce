import { createHash, type Hash } from 'node:crypto'

/**
 * Starts a hash by its name in node:crypto. A name may end in `+` and the hexadecimal salt that is
 * hashed before all other bytes, as a version 6 signature wants it (RFC 9580, 5.2.4):
 * `sha512+00112233…`.
 */
export function startHash(name: string): Hash {
  const [algorithm = '', salt = ''] = name.split('+')
  return createHash(algorithm).update(Buffer.from(salt, 'hex'))
}

/** The digest of bytes that were hashed and some more after them. It may be asked several times, of the same bytes. */
export type Digest = (more?: Uint8Array) => Promise<Uint8Array>

export const digestOf =
  (hash: Hash): Digest =>
  async (more = new Uint8Array()) =>
    hash.copy().update(more).digest()
