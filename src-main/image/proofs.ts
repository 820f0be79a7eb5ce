import { createHash, type Hash } from 'node:crypto'
import { KindlingError } from '../../src-shared/failure.ts'
import type { Piece } from './piece.ts'
import type { SourcePlan } from './source.ts'
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

export interface RunningFileProofs extends FileProofs {
  /** What was seen until now. Not to be called after `conclude`. */
  soFar(): { size: number; hash: Hash }
}

/** One pass of SHA-256 serves both the hash and the signature over it. */
export function startFileProofs(plan: SourcePlan, trust: Trust): RunningFileProofs {
  const hash = createHash('sha256')
  const { signature } = trust
  const other: Hash | null =
    signature === null || signature.hashName === 'sha256' ? null : createHash(signature.hashName)
  let size = 0
  return {
    see(chunk) {
      size += chunk.length
      hash.update(chunk)
      other?.update(chunk)
    },
    soFar: () => ({ size, hash: hash.copy() }),
    async conclude() {
      const forSignature = other ?? hash.copy()
      const sha256 = hash.digest('hex')
      if (plan.sha256 !== null && plan.sha256.value !== sha256)
        throw new KindlingError('sha256-mismatch', { actual: sha256, expected: plan.sha256.value })
      await signature?.prove(forSignature)
      return { size, sha256 }
    },
  }
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
}

/** Hashes the raw image while it streams past. */
export function startImageProofs(plan: Pick<SourcePlan, 'uncompressedSha256'>): ImageProofs {
  const hash = createHash('sha256')
  let size = 0
  return {
    compares: plan.uncompressedSha256 !== null,
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
