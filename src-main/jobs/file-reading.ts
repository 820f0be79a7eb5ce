import { reasonOf } from '../../src-shared/failure.ts'
import { createImageCache, type CacheEntry } from '../image/image-cache.ts'
import { keepInCache } from '../image/open-source.ts'
import { startFileProofs, startSameProofs, type FileProofs, type Found } from '../image/proofs.ts'
import type { Source, SourcePlan } from '../image/source.ts'
import type { Trust } from '../image/trust.ts'
import type { Ports } from '../ports.ts'
import type { JobRun } from './job-run.ts'
import { earnFileProofs } from './open-proved-source.ts'

/** One reading of the file as published, to its end, with what it proves. */
export interface FileReading {
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>
  proofs: FileProofs
  /** Call when all chunks were read. Only now does what came from the network count, and stay in the cache. */
  conclude(): Promise<Found>
  /** Drops what was not concluded. */
  end(): Promise<void>
}

/**
 * @param proved what the first reading of a local file found: the second must find the same
 * @returns a reading whose `conclude` throws sha256-mismatch, signature-bad, source-changed
 */
export async function startFileReading(
  ports: Ports,
  plan: SourcePlan,
  trust: Trust,
  source: Source,
  proved: Found | null,
  run: JobRun,
): Promise<FileReading> {
  if (proved !== null) {
    const proofs = startSameProofs(proved, source.location)
    return { chunks: source.chunks, proofs, conclude: () => proofs.conclude(), end: async () => {} }
  }
  const proofs = startFileProofs(plan, trust)
  const warn = (error: unknown) => run.warn('not-cached', `The image is not kept for the next time: ${reasonOf(error)}`)
  let entry: CacheEntry | null = null
  if (plan.sha256 !== null)
    entry = await createImageCache(ports)
      .keep(plan.sha256.value)
      .catch((error: unknown) => {
        warn(error)
        return null
      })
  const giveUp = async () => {
    await entry?.discard()
    entry = null
  }
  return {
    proofs,
    chunks: (signal) =>
      entry === null
        ? source.chunks(signal)
        : keepInCache(source.chunks(signal), entry, (error) => {
            warn(error)
            void giveUp()
          }),
    async conclude() {
      const found = await proofs.conclude()
      earnFileProofs(plan, trust, run)
      await entry?.commit(trust.signature?.bytes ?? null).catch(warn)
      entry = null
      return found
    },
    end: giveUp,
  }
}
