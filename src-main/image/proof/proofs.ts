import { createHash, type Hash } from 'node:crypto'
import { KindlingError } from '../../../src-shared/failure.ts'
import { digestOf, startHash, type Digest } from '../../memory/digest.ts'
import type { PartialFile } from '../cache/partial-file.ts'
import type { Piece } from '../../memory/piece.ts'
import type { SourcePlan } from '../source.ts'
import type { Trust } from './trust.ts'

/** What was found out about an image's bytes. Hashes are lower-case hexadecimal. */
export interface Found {
  size: number
  sha256: string
}

/** Hashes the file as published while it streams past. */
export interface FileProofs {
  see(chunk: Uint8Array): void
  /**
   * Call when the last byte was seen.
   * @throws sha256-mismatch, signature-bad
   */
  conclude(): Promise<Found>
}

/** One pass of SHA-256 serves both the hash and the signature over it. */
export function startFileProofs(plan: SourcePlan, trust: Trust): FileProofs {
  const other = otherHashOf(trust)
  const hashes = new Map(['sha256', ...(other === null ? [] : [other])].map((name) => [name, startHash(name)]))
  let size = 0
  return {
    see(chunk) {
      size += chunk.length
      for (const hash of hashes.values()) hash.update(chunk)
    },
    conclude: () => concludeFile(plan, trust, size, (name) => digestOf(hashes.get(name)!)),
  }
}

/** A file whose bytes are hashed where they are kept. */
export const proofsOfKept = (plan: SourcePlan, trust: Trust, partial: PartialFile): FileProofs => ({
  see: () => {},
  conclude: () => concludeFile(plan, trust, partial.length, (name) => (more) => partial.digest(name, more)),
})

/** The hash that a signature needs besides sha256. */
export function otherHashOf({ signature }: Trust): string | null {
  return signature === null || signature.hashName === 'sha256' ? null : signature.hashName
}

/** @throws sha256-mismatch, signature-bad */
async function concludeFile(
  plan: SourcePlan,
  { signature }: Trust,
  size: number,
  digest: (name: string) => Digest,
): Promise<Found> {
  const sha256 = Buffer.from(await digest('sha256')()).toString('hex')
  if (plan.sha256 !== null && plan.sha256.value !== sha256)
    throw new KindlingError('sha256-mismatch', { actual: sha256, expected: plan.sha256.value })
  await signature?.prove(digest(signature.hashName))
  return { size, sha256 }
}

/**
 * Another reading of a file that is proved: it must be the same bytes.
 * @param proved asked when all was read
 */
export function startSameProofs(proved: () => Promise<Found>, location: string): FileProofs {
  const hash = createHash('sha256')
  return {
    see: (chunk) => void hash.update(chunk),
    async conclude() {
      const found = await proved()
      if (hash.digest('hex') !== found.sha256) throw new KindlingError('source-changed', { source: location })
      return found
    },
  }
}

export interface ImageProofs extends FileProofs {
  /** The hash is compared with one that was promised. */
  readonly compares: boolean
  /** SHA-256 of the bytes that were seen so far; a copy, which stays as it is. */
  hash(): Hash
}

/** Hashes the raw image while it streams past. */
export function startImageProofs(plan: Pick<SourcePlan, 'uncompressedSha256'>): ImageProofs {
  const hash = createHash('sha256')
  let size = 0
  return {
    compares: plan.uncompressedSha256 !== null,
    hash: () => hash.copy(),
    see(chunk) {
      size += chunk.length
      hash.update(chunk)
    },
    async conclude() {
      const sha256 = hash.digest('hex')
      const expected = plan.uncompressedSha256?.value ?? sha256
      if (expected !== sha256) throw new KindlingError('uncompressed-sha256-mismatch', { actual: sha256, expected })
      return { size, sha256 }
    },
  }
}

/** What looks at bytes that pass. */
export type Seer = Pick<FileProofs, 'see'>

/** Shows every piece to the proofs on its way. */
export async function* seePieces(pieces: AsyncIterable<Piece>, ...seers: Seer[]): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    for (const seer of seers) seer.see(piece.bytes)
    yield piece
  }
}

/** Shows every chunk to the proofs on its way. */
export async function* passBy(chunks: AsyncIterable<Uint8Array>, ...seers: Seer[]): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (const seer of seers) seer.see(chunk)
    yield chunk
  }
}
