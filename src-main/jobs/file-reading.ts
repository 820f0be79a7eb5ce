import { proofsOfKept, startFileProofs, startSameProofs, type FileProofs, type Found } from '../image/proof/proofs.ts'
import type { Source, SourcePlan } from '../image/source.ts'
import type { Trust } from '../image/proof/trust.ts'
import type { JobRun } from './job-run.ts'
import { fetchKeeping, isKept } from './keeping.ts'
import { earnFileProofs } from './open-proved-source.ts'

/** One reading of the file as published, to its end, with what it proves. */
export interface FileReading {
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>
  proofs: FileProofs
  /** Call when all chunks were read. Only now does what came from a server count, and stay as a whole. */
  conclude(): Promise<Found>
}

/**
 * @param proved what the first reading of a local file found: the second must find the same
 * @returns a reading whose `conclude` throws sha256-mismatch, signature-bad, source-changed
 */
export function startFileReading(
  plan: SourcePlan,
  trust: Trust,
  source: Source,
  proved: Found | null,
  run: JobRun,
): FileReading {
  if (proved !== null) return startSameReading(source, async () => proved)
  const proofs = isKept(source) ? proofsOfKept(plan, trust, source.keeping.partial) : startFileProofs(plan, trust)
  return {
    proofs,
    chunks: (signal) => (isKept(source) ? fetchKeeping(source, signal) : source.chunks(signal)),
    async conclude() {
      const found = await proofs.conclude()
      earnFileProofs(plan, trust, run)
      if (isKept(source)) await source.keeping.conclude(trust.signature?.bytes ?? null)
      return found
    },
  }
}

/**
 * One reading of a local file beside the one that proves it.
 * @param proved what that found, asked when all was read
 */
export function startSameReading(source: Source, proved: () => Promise<Found>): FileReading {
  const proofs = startSameProofs(proved, source.location)
  return { chunks: source.chunks, proofs, conclude: () => proofs.conclude() }
}
