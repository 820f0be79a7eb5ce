import { proofsOfStored, startFileProofs, startSameProofs, type FileProofs, type FileDigest } from './proof/proofs.ts'
import type { Source, SourcePlan } from './source/source.ts'
import type { Trust } from './proof/trust.ts'
import type { ReadingEvents } from './reading-events.ts'
import { fetchAndStore, isStored } from './download-store.ts'
import { earnFileProofs } from './open-proved-source.ts'

/** One reading of the file as published, to its end, and its proofs. */
export interface FileReading {
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>
  proofs: FileProofs
  /**
   * Finishes the proofs. Called once all chunks were read. Only then are bytes from a server
   * trusted and stored as a complete file.
   */
  conclude(): Promise<FileDigest>
}

/**
 * Starts a reading of the file. Its `conclude` throws sha256-mismatch, signature-bad,
 * source-changed.
 * @param proved – size and hash from the first reading of a local file, which the second must match
 */
export function startFileReading(
  plan: SourcePlan,
  trust: Trust,
  source: Source,
  proved: FileDigest | null,
  events: ReadingEvents,
): FileReading {
  if (proved !== null) return startSameReading(source, async () => proved)
  const proofs = isStored(source) ? proofsOfStored(plan, trust, source.store.partial) : startFileProofs(plan, trust)
  return {
    proofs,
    chunks: (signal) => (isStored(source) ? fetchAndStore(source, signal) : source.chunks(signal)),
    async conclude() {
      const found = await proofs.conclude()
      earnFileProofs(plan, trust, events)
      if (isStored(source)) await source.store.conclude(trust.signature?.bytes ?? null)
      return found
    },
  }
}

/**
 * Starts a reading of a local file while another reading proves the file.
 * @param proved – returns the result of that reading; called once all chunks were read
 */
export function startSameReading(source: Source, proved: () => Promise<FileDigest>): FileReading {
  const proofs = startSameProofs(proved, source.location)
  return { chunks: source.chunks, proofs, conclude: () => proofs.conclude() }
}
