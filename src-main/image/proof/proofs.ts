import { createHash, type Hash } from 'node:crypto'
import { KindlingError } from '../../../src-shared/failure.ts'
import { digestOf, startHash, type Digest } from '../../memory/digest.ts'
import type { PartialFile } from '../cache/partial-file.ts'
import type { Piece } from '../../memory/piece.ts'
import type { SourcePlan } from '../source/source.ts'
import type { Trust } from './trust.ts'

/** Size in bytes and SHA-256 of an image or its file. The hash is lower-case hexadecimal. */
export interface FileDigest {
  size: number
  sha256: string
}

/** Hashes the file as published while it streams. */
export interface FileProofs {
  update(chunk: Uint8Array): void
  /**
   * Compares the hash and verifies the signature. Call it after the last byte.
   * @throws sha256-mismatch, signature-bad
   */
  conclude(): Promise<FileDigest>
}

/**
 * Creates the proofs of a file. One pass of SHA-256 serves both the hash and the signature over it.
 */
export function startFileProofs(plan: SourcePlan, trust: Trust): FileProofs {
  const other = otherHashOf(trust)
  const hashes = new Map(['sha256', ...(other === null ? [] : [other])].map((name) => [name, startHash(name)]))
  let size = 0
  return {
    update(chunk) {
      size += chunk.length
      for (const hash of hashes.values()) hash.update(chunk)
    },
    conclude: () => concludeFile(plan, trust, size, (name) => digestOf(hashes.get(name)!)),
  }
}

/**
 * Creates the proofs of a file that is hashed where it is stored, so that its bytes are not hashed
 * twice.
 */
export const proofsOfStored = (plan: SourcePlan, trust: Trust, partial: PartialFile): FileProofs => ({
  update: () => {},
  conclude: () => concludeFile(plan, trust, partial.length, (name) => (more) => partial.digest(name, more)),
})

/** Returns the hash that a signature needs in addition to sha256; null if sha256 suffices. */
export function otherHashOf({ signature }: Trust): string | null {
  return signature === null || signature.hashName === 'sha256' ? null : signature.hashName
}

/**
 * Compares the sha256 and verifies the signature.
 * @throws sha256-mismatch, signature-bad
 */
async function concludeFile(
  plan: SourcePlan,
  { signature }: Trust,
  size: number,
  digest: (name: string) => Digest,
): Promise<FileDigest> {
  const sha256 = Buffer.from(await digest('sha256')()).toString('hex')
  if (plan.sha256 !== null && plan.sha256.value !== sha256)
    throw new KindlingError('sha256-mismatch', { actual: sha256, expected: plan.sha256.value })
  await signature?.prove(digest(signature.hashName))
  return { size, sha256 }
}

/**
 * Creates the proofs of another reading of a proved file: the bytes must be the same.
 * @param proved – returns the result of the proof; called after all bytes were read
 */
export function startSameProofs(proved: () => Promise<FileDigest>, location: string): FileProofs {
  const hash = createHash('sha256')
  return {
    update: (chunk) => void hash.update(chunk),
    async conclude() {
      const found = await proved()
      if (hash.digest('hex') !== found.sha256) throw new KindlingError('source-changed', { source: location })
      return found
    },
  }
}

export interface ImageProofs extends FileProofs {
  /** True if the hash is compared with an expected value. */
  readonly compares: boolean
  /** Returns a SHA-256 of the bytes so far. It is a copy, which later bytes do not change. */
  hash(): Hash
}

/** Creates the proofs of the raw image, which is hashed while it streams. */
export function startImageProofs(plan: Pick<SourcePlan, 'uncompressedSha256'>): ImageProofs {
  const hash = createHash('sha256')
  let size = 0
  return {
    compares: plan.uncompressedSha256 !== null,
    hash: () => hash.copy(),
    update(chunk) {
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

/** Observer of bytes in a stream. */
export type Observer = Pick<FileProofs, 'update'>

/** Passes every piece on after showing it to the observers. */
export async function* tapPieces(pieces: AsyncIterable<Piece>, ...observers: Observer[]): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    for (const observer of observers) observer.update(piece.bytes)
    yield piece
  }
}

/** Passes every chunk on after showing it to the observers. */
export async function* tapChunks(
  chunks: AsyncIterable<Uint8Array>,
  ...observers: Observer[]
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (const observer of observers) observer.update(chunk)
    yield chunk
  }
}
