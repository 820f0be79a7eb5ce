import { randomUUID } from 'node:crypto'
import type { Api, Arguments, News } from '../src-shared/api.ts'
import { KindlingError, toFailure } from '../src-shared/failure.ts'
import type { AnyJobSpec, JobEvent, WriteSpec } from '../src-shared/job.ts'
import type { Identification } from '../src-shared/identification.ts'
import type { Receipt } from '../src-shared/receipt.ts'
import { ok, type Result } from '../src-shared/result.ts'
import { hostArchitecture } from './catalog/host-architecture.ts'
import { defaultBaseUrl, knownStreams } from './catalog/known-streams.ts'
import { readCatalog } from './catalog/read-catalog.ts'
import { clearCache, listCache } from './image/list-cache.ts'
import { previewSource } from './jobs/preview-source.ts'
import { keepReceipt } from './jobs/keep-receipt.ts'
import { startJobRun, type JobRun } from './jobs/job-run.ts'
import { runDownload } from './jobs/run-download.ts'
import { runIdentify } from './jobs/run-identify.ts'
import { runVerify } from './jobs/run-verify.ts'
import { runWrite } from './jobs/run-write.ts'
import type { Ports } from './ports.ts'

/** What a job comes to when it does not fail. */
type Outcome = Receipt | Identification

/**
 * Everything Kindling can do, over the world that the ports are.
 * @param heed sees every error as it was thrown, with its causes, before it becomes a failure; and whose job it ended
 */
export function createApp(ports: Ports, heed: (error: unknown, job: string | null) => void = () => {}): Api {
  const listeners = new Map<(news: News) => void, Set<News['news']>>()
  const running = new Map<string, AbortController>()
  let stopWatching: (() => void) | null = null

  const announce = (news: News) => {
    for (const [listener, topics] of listeners) if (topics.has(news.news)) listener(news)
  }

  /** Watches drives only while somebody wants to know. */
  function updateWatch() {
    const wanted = [...listeners.values()].some((topics) => topics.has('drives'))
    if (wanted) stopWatching ??= ports.drives.watch((drives) => announce({ news: 'drives', drives }))
    else {
      stopWatching?.()
      stopWatching = null
    }
  }

  /**
   * Starts jobs that go on together.
   * @param conduct answers what each run comes to
   */
  function start(count: number, conduct: (runs: JobRun[]) => Promise<Outcome>[], onDrive: boolean): string[] {
    const jobs = Array.from({ length: count }, () => {
      const id = randomUUID()
      const abort = new AbortController()
      running.set(id, abort)
      const emit = (event: JobEvent) => announce({ news: 'job', id, event })
      return { id, emit, abort }
    })
    // The caller hears of the ids before it hears of the first event.
    setImmediate(() => {
      const runs = jobs.map(({ emit, abort }) => startJobRun(ports, emit, abort.signal))
      conduct(runs).forEach((outcome, index) => {
        const { id, emit } = jobs[index]!
        void finish(id, outcome, runs[index]!, onDrive).then((last) => {
          running.delete(id)
          emit(last)
        })
      })
    })
    return jobs.map(({ id }) => id)
  }

  async function finish(id: string, conducted: Promise<Outcome>, run: JobRun, onDrive: boolean): Promise<JobEvent> {
    try {
      const outcome = await conducted
      await run.end(null)
      if (outcome.job === 'identify') return { event: 'done', receipt: null, ...outcome }
      await keepReceipt(ports, outcome)
      return { event: 'done', receipt: outcome }
    } catch (error) {
      heed(error, id)
      await run.end(error)
      const interrupted = run.signal.aborted && !(error instanceof KindlingError && error.code === 'interrupted')
      const worded = interrupted ? withStateOf(new KindlingError('interrupted', {}, { cause: error }), error) : error
      return { event: 'failed', ...toFailure(worded, onDrive ? 'untouched' : null) }
    }
  }

  const startWrites = (spec: WriteSpec) => start(spec.drives.length, (runs) => runWrite(ports, spec, runs), true)

  function startOne(spec: AnyJobSpec): string {
    if (spec.job === 'write') {
      const { drive, identity, confirmed, ...others } = spec
      return startWrites({ ...others, drives: [{ drive, identity, confirmed }] })[0]!
    }
    const conduct = (run: JobRun): Promise<Outcome> => {
      if (spec.job === 'verify') return runVerify(ports, spec, run)
      return spec.job === 'identify' ? runIdentify(ports, spec, run) : runDownload(ports, spec, run)
    }
    return start(1, (runs) => runs.map(conduct), spec.job !== 'download')[0]!
  }

  async function answer<T>(act: () => T | Promise<T>): Promise<Result<T>> {
    try {
      return ok(await act())
    } catch (error) {
      heed(error, null)
      return { ok: false, failure: toFailure(error) }
    }
  }

  return {
    surroundings: () =>
      answer(() => ({
        version: ports.version,
        architecture: hostArchitecture(),
        streams: [...knownStreams],
        ...ports.environment,
      })),
    catalog: ({ stream, streamBaseUrl, offline = false }: Arguments<'catalog'>) =>
      answer(() =>
        readCatalog(ports, {
          stream,
          baseUrl: streamBaseUrl ?? ports.environment.streamBaseUrl ?? defaultBaseUrl,
          offline,
        }),
      ),
    drives: () => answer(() => ports.drives.list()),
    inspectDrive: ({ path }) => answer(() => ports.drives.inspect(path)),
    cache: () => answer(() => listCache(ports)),
    clearCache: () => answer(() => clearCache(ports)),
    preview: ({ source }) => answer(() => previewSource(ports, source)),
    start: ({ spec }) => answer(() => ({ id: startOne(spec) })),
    startWrites: ({ spec }) => answer(() => ({ ids: startWrites(spec) })),
    cancel: ({ id }) =>
      answer(() => {
        running.get(id)?.abort(new KindlingError('interrupted'))
        return null
      }),
    subscribe(listener, topics = ['drives', 'job']) {
      listeners.set(listener, new Set(topics))
      updateWatch()
      return () => {
        listeners.delete(listener)
        updateWatch()
      }
    },
  }
}

/** What was interrupted fails in many words; all mean that a person stopped it. */
function withStateOf(interrupted: KindlingError, error: unknown): KindlingError {
  if (error instanceof KindlingError) interrupted.driveState = error.driveState
  return interrupted
}
