import { createHash, type Hash } from 'node:crypto'

/**
 * Starts a hash by its name in node:crypto. A name may end in `+` and a hexadecimal salt, for
 * example `sha512+00112233…`. The salt is hashed before all other bytes, as a version 6 signature
 * requires (RFC 9580, 5.2.4).
 */
export function startHash(name: string): Hash {
  const [algorithm = '', salt = ''] = name.split('+')
  return createHash(algorithm).update(Buffer.from(salt, 'hex'))
}

/**
 * Returns the digest of the bytes hashed so far, followed by `more`. May be called several times;
 * the hash itself does not change.
 */
export type Digest = (more?: Uint8Array) => Promise<Uint8Array>

export const digestOf =
  (hash: Hash): Digest =>
  async (more = new Uint8Array()) =>
    hash.copy().update(more).digest()
