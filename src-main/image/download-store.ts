import { basename, dirname } from 'node:path'
import { KindlingError, isProofFailure, reasonOf } from '../../src-shared/failure.ts'
import { PhraseError, say, type Said } from '../../src-shared/phrases.ts'
import { makeRoom } from './cache/cache-contents.ts'
import { createImageCache } from './cache/image-cache.ts'
import { takePartial, type PartialFile } from './cache/partial-file.ts'
import type { PartialPlace } from './cache/partial-place.ts'
import { otherHashOf } from './proof/proofs.ts'
import type { ServerSource, Source, SourcePlan } from './source/source.ts'
import type { Trust } from './proof/trust.ts'
import type { Ports } from '../ports.ts'
import { fileRefused } from '../files/refused-by-system.ts'
import { writeNewFile } from '../files/regular-file.ts'
import { unknownEta } from '../../src-shared/progress.ts'
import type { ReadingEvents } from './reading-events.ts'

/**
 * Stores the bytes of a server while a job uses them, together with those left by an earlier job.
 */
export interface DownloadStore {
  readonly partial: PartialFile
  /** Maximum size in bytes. Needed when the server sends no Content-Length. */
  readonly limit: number
  /**
   * Handles an error of the disk.
   * @throws the error if the job needs the file
   */
  fail(error: unknown): Promise<void>
  /**
   * Stores the complete file. Called once every proof of the whole file held.
   * @throws the disk's error if the job needs the file
   */
  conclude(signature: Uint8Array | null): Promise<void>
}

/**
 * Stores an image in the cache. If that fails, the next job must download it again, but this job
 * continues. Null if the image cannot be stored.
 */
export async function storeInCache(
  ports: Ports,
  plan: SourcePlan,
  trust: Trust,
  source: ServerSource,
  events: ReadingEvents,
): Promise<DownloadStore | null> {
  if (plan.sha256 === null) return null
  const limit = ports.cacheLimit()
  if (limit === 0) return null
  const cache = createImageCache(ports)
  const { value: sha256 } = plan.sha256
  const warn = (reason: Said) => events.warn('not-cached', { reason })
  const refused = (error: unknown) => reasonOf(fileRefused(cache.directory, error, 'write') ?? error)
  if (source.size !== null && source.size > limit) {
    warn(say('larger-than-cache', { limit }))
    return null
  }
  const partial = await take(cache.partialsOf(sha256), plan, trust, source, events).catch((error: unknown) => {
    if (events.signal.aborted) throw error
    warn(refused(error))
    return null
  })
  if (partial === null) return null
  let failed = false
  const fail = async (error: unknown) => {
    failed = true
    warn(refused(error))
    await partial.discard()
  }
  settleAtEnd(partial, events, () => makeRoom(cache.directory, limit, sha256))
  return {
    partial,
    limit,
    fail,
    async conclude(signature) {
      if (!failed) await cache.keep(sha256, partial, signature, plan.name).catch(fail)
    },
  }
}

/**
 * Writes a signature beside its file, as NAME.sig. An existing file of that name is not replaced.
 * @throws the failure that `failed` makes of the disk's error
 */
export async function leaveSignature(
  path: string,
  signature: Uint8Array,
  failed: (path: string, error: unknown) => KindlingError,
): Promise<void> {
  await writeNewFile(`${path}.sig`, signature).catch((error: unknown) => {
    throw failed(`${path}.sig`, error)
  })
}

/**
 * Stores a file in the directory of its final path.
 * @param failed – creates the failure for an error of the disk
 */
export async function storeInDirectory(
  path: string,
  plan: SourcePlan,
  trust: Trust,
  source: ServerSource,
  events: ReadingEvents,
  failed: (path: string, error: unknown) => KindlingError,
): Promise<DownloadStore> {
  const fail = (error: unknown): never => {
    throw failed(path, error)
  }
  const place = { directory: dirname(path), name: basename(path) }
  const partial = await take(place, plan, trust, source, events).catch((error: unknown) => {
    throw events.signal.aborted ? error : failed(path, error)
  })
  settleAtEnd(partial, events, async () => {})
  return {
    partial,
    limit: Infinity,
    fail: async (error) => fail(error),
    async conclude(signature) {
      if (signature !== null) await leaveSignature(path, signature, failed)
      await partial.complete(path, { replace: false }).catch(fail)
    },
  }
}

function take(
  place: PartialPlace,
  plan: SourcePlan,
  trust: Trust,
  source: ServerSource,
  events: ReadingEvents,
): Promise<PartialFile> {
  const { version } = source
  const wanted = { url: plan.location, name: plan.name, version, otherHash: otherHashOf(trust) }
  return takePartial(place, wanted, {
    signal: events.signal,
    start: (length) => events.enter('prove', length, unknownEta),
    advance: (bytes) => events.advance(bytes),
    damaged: () => events.warn('partial-damaged'),
  })
}

/**
 * Releases the partial file when the job ends. If the download is incomplete, its bytes are kept
 * for the next job. They are deleted if a proof failed, or if they are not those of a disk image:
 * the next job could fail in the same way.
 */
function settleAtEnd(partial: PartialFile, events: ReadingEvents, afterwards: () => Promise<void>): void {
  events.atEnd(async (failure) => {
    const disproved = isProofFailure(failure) || (failure instanceof KindlingError && failure.code.startsWith('image-'))
    if (disproved && !events.signal.aborted) await partial.discard()
    else await partial.release()
    await partial.end()
    await afterwards()
  })
}

/** A source on a server whose bytes are stored during the download. */
export interface StoredSource extends ServerSource {
  readonly store: DownloadStore
}

export const isStored = (source: Source): source is StoredSource => 'store' in source

/**
 * Yields all bytes: first the stored ones, then the rest from the server. Each chunk is stored
 * before it is yielded.
 */
export async function* fetchAndStore(source: StoredSource, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* source.store.partial.read(signal)
  yield* fetchRest(source, signal)
}

/** Yields the bytes that are not stored yet. Each chunk is stored before it is yielded. */
export async function* fetchRest({ store, chunksFrom }: StoredSource, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { partial, limit } = store
  let kept = true
  for await (const chunk of chunksFrom(partial.held, signal)) {
    try {
      await partial.append(chunk)
      if (kept && partial.length > limit) throw new PhraseError(say('larger-than-cache', { limit }))
    } catch (error) {
      // Such an error means that the hash failed. Without the hash nothing can be proved.
      if (error instanceof KindlingError) throw error
      kept = false
      await store.fail(error)
    }
    yield chunk
  }
}
