import { basename, dirname } from 'node:path'
import { KindlingError, exitCodeOf, reasonOf } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { makeRoom } from '../image/cache-contents.ts'
import { createImageCache } from '../image/image-cache.ts'
import { takePartial, type PartialFile, type SeenBytes } from '../image/partial-file.ts'
import type { PartialPlace } from '../image/partial-place.ts'
import type { ServerSource, Source, SourcePlan } from '../image/source.ts'
import type { Ports } from '../ports.ts'
import { replaceFile } from '../regular-file.ts'
import { unforeseen, type JobRun } from './job-run.ts'

/** Where the bytes of a server stay on their way through a job, with what an earlier job left there. */
export interface Keeping {
  readonly partial: PartialFile
  /** Tells what the job has seen when it ends before its time. */
  follow(seen: () => SeenBytes): void
  /** The disk takes no more. @throws when the job cannot do without */
  fail(error: unknown): Promise<void>
  /** Every proof of the whole file held. @throws when the job cannot do without */
  conclude(signature: Uint8Array | null): Promise<void>
}

/** Keeps an image in the cache. One that cannot be kept costs the next download, not this job: then it is null. */
export async function keepInCache(
  ports: Ports,
  plan: SourcePlan,
  source: ServerSource,
  run: JobRun,
): Promise<Keeping | null> {
  if (plan.sha256 === null) return null
  const limit = ports.cacheLimit()
  if (limit === 0) return null
  const cache = createImageCache(ports)
  const { value: sha256 } = plan.sha256
  const warn = (reason: string) =>
    run.warn('not-cached', `The image is not kept for the next time: ${reason}`, { reason })
  if (source.size !== null && source.size > limit) {
    warn(say('larger-than-cache', { limit }))
    return null
  }
  const partial = await take(cache.partialsOf(sha256), plan, source, run).catch((error: unknown) => {
    if (run.signal.aborted) throw error
    warn(reasonOf(error))
    return null
  })
  if (partial === null) return null
  let kept = partial.held
  /** Nobody says how long an image is whose server does not: it ends at the limit. */
  const limited: PartialFile = {
    ...partial,
    async append(bytes) {
      kept += bytes.length
      if (kept > limit) throw new Error(say('larger-than-cache', { limit }))
      await partial.append(bytes)
    },
  }
  let failed = false
  const fail = async (error: unknown) => {
    failed = true
    warn(reasonOf(error))
    await partial.discard()
  }
  return {
    partial: limited,
    follow: settleAtEnd(partial, run, () => makeRoom(cache.directory, limit, sha256)),
    fail,
    async conclude(signature) {
      if (!failed) await cache.keep(sha256, partial, signature, plan.name).catch(fail)
    },
  }
}

/**
 * Keeps a file beside the place where it shall be.
 * @param failed words what the disk says
 */
export async function keepInDirectory(
  path: string,
  plan: SourcePlan,
  source: ServerSource,
  run: JobRun,
  failed: (path: string, error: unknown) => KindlingError,
): Promise<Keeping> {
  const fail = (error: unknown): never => {
    throw failed(path, error)
  }
  const place = { directory: dirname(path), name: basename(path) }
  const partial = await take(place, plan, source, run).catch((error: unknown) => {
    throw run.signal.aborted ? error : failed(path, error)
  })
  return {
    partial,
    follow: settleAtEnd(partial, run, async () => {}),
    fail: async (error) => fail(error),
    async conclude(signature) {
      if (signature !== null) await replaceFile(`${path}.sig`, signature).catch(fail)
      await partial.complete(path).catch(fail)
    },
  }
}

function take(place: PartialPlace, plan: SourcePlan, source: ServerSource, run: JobRun): Promise<PartialFile> {
  const wanted = { url: plan.location, name: plan.name, version: source.version }
  return takePartial(place, wanted, {
    signal: run.signal,
    start: (length) => run.enter('prove', length, unforeseen),
    advance: (bytes) => run.advance(bytes),
    damaged: () => run.warn('partial-damaged', 'What was fetched of the image before was damaged. It was removed.'),
  })
}

/**
 * When the job ends with a file that is not whole, what came of it stays for the next job; unless it may be what the job
 * failed of, or the next would fail of it, too.
 */
function settleAtEnd(partial: PartialFile, run: JobRun, afterwards: () => Promise<void>): Keeping['follow'] {
  let seen: (() => SeenBytes) | null = null
  run.atEnd(async (failure) => {
    const disproved = failure instanceof KindlingError && exitCodeOf(failure.code) === 4
    if (disproved && !run.signal.aborted) await partial.discard()
    else await partial.release(seen)
    await afterwards()
  })
  return (next) => {
    seen = next
  }
}

/** A source on a server whose bytes are kept on their way. */
export interface KeptSource extends ServerSource {
  readonly keeping: Keeping
}

export const isKept = (source: Source): source is KeptSource => 'keeping' in source

/** All bytes: those at hand, then those of the server, each kept before it goes on. */
export async function* fetchKeeping(
  source: KeptSource,
  seen: () => SeenBytes,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { keeping } = source
  const { partial } = keeping
  keeping.follow(seen)
  yield* partial.read(signal)
  let kept = true
  for await (const chunk of source.chunksFrom(partial.held, signal)) {
    if (kept)
      try {
        await partial.append(chunk)
        await partial.noteSometimes(seen)
      } catch (error) {
        kept = false
        await keeping.fail(error)
      }
    yield chunk
  }
}
