import { randomUUID } from 'node:crypto'
import type { Api, Arguments, News } from '../../src-shared/api.ts'
import { KindlingError, toFailure } from '../../src-shared/failure.ts'
import type { AnyJobSpec, JobEvent, SourceSpec, WriteSpec } from '../../src-shared/job.ts'
import type { Identification } from '../../src-shared/identification.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { Restoration } from '../../src-shared/restoration.ts'
import { ok, type Result } from '../../src-shared/result.ts'
import type { SavedSettings, SetAside, SettingsReading } from '../../src-shared/settings.ts'
import { hostArchitecture } from '../catalog/host-architecture.ts'
import { defaultBaseUrl, knownStreams } from '../catalog/known-streams.ts'
import { readAgreed } from '../catalog/select-agreed.ts'
import { listReleases } from '../catalog/read-updates.ts'
import type { JobRun } from '../jobs/job-run.ts'
import type { Ports } from '../ports.ts'
import { listRecentImages, rememberImage } from '../settings/recent-images.ts'
import { applySettings, completeSpec, describeSettings } from '../settings/apply-settings.ts'
import { checkChanges } from '../settings/check-changes.ts'
import { openSettingsFile, type SettingsFileContent } from '../settings/settings-file.ts'

const loadJobs = () => import('../jobs/all-jobs.ts')
type Jobs = Awaited<ReturnType<typeof loadJobs>>

/** The result of a job that succeeded. */
type Outcome = Receipt | Restoration | Identification

/**
 * Creates the API: everything Kindling can do. Each call uses the settings that are in effect at
 * the time of the call.
 * @param onError – receives every error as it was thrown, with its causes, before the error becomes
 *   a failure. Its second argument is the job that the error ended, or null.
 */
export function createApp(world: Ports, onError: (error: unknown, job: string | null) => void = () => {}): Api {
  const listeners = new Map<(news: News) => void, Set<News['news']>>()
  const running = new Map<string, AbortController>()
  let stopWatching: (() => void) | null = null
  const settingsFile = openSettingsFile(world)
  let setAside: SetAside | null = null
  /**
   * The settings that were announced last, as JSON. `knownSince` is the turn in which they were
   * requested.
   */
  let known: string | null = null
  let knownSince = 0
  let turn = 0

  const announce = (news: News) => {
    for (const [listener, topics] of listeners) if (topics.has(news.news)) listener(news)
  }

  /** Watches drives only while a listener subscribes to them. */
  function updateWatch() {
    const wanted = [...listeners.values()].some((topics) => topics.has('drives'))
    if (wanted) stopWatching ??= world.drives.watch((drives) => announce({ news: 'drives', drives }))
    else {
      stopWatching?.()
      stopWatching = null
    }
  }

  /**
   * Queues an image for the list of recent images, so that the list is written by one call at a
   * time. Never fails.
   */
  let remembering = Promise.resolve()
  function remember(image: SourceSpec['image']) {
    remembering = remembering.then(() => rememberImage(world, image))
  }

  /**
   * Compares settings just read with the last announced ones, and announces a change. Another
   * process may have made the change.
   * @param asked – the turn in which the settings were requested
   */
  function see(found: SettingsFileContent, asked = ++turn): SettingsReading {
    setAside = found.setAside ?? setAside
    const reading = { ...describeSettings(world.environment, found.saved), file: settingsFile.path, setAside }
    const now = JSON.stringify(reading)
    // A slow read may finish after a later change. Its result is then not announced.
    if (asked < knownSince) return reading
    knownSince = asked
    if (known !== null && now !== known) announce({ news: 'settings', reading })
    known = now
    return reading
  }

  /**
   * Starts jobs that run together.
   * @param conduct – returns the outcome of each run
   */
  function start(
    jobs: Jobs,
    ports: Ports,
    count: number,
    conduct: (runs: JobRun[]) => Promise<Outcome>[],
    onDrive: boolean,
  ): string[] {
    const started = Array.from({ length: count }, () => {
      const id = randomUUID()
      const abort = new AbortController()
      running.set(id, abort)
      void jobs.markBusy(world.paths, running.size)
      const emit = (event: JobEvent) => announce({ news: 'job', id, event })
      return { id, emit, abort }
    })
    // The caller must receive the ids before the first event.
    setImmediate(() => {
      const runs = started.map(({ emit, abort }) => jobs.startJobRun(ports, emit, abort.signal))
      conduct(runs).forEach((outcome, index) => {
        const { id, emit } = started[index]!
        void finish(jobs, id, outcome, runs[index]!, onDrive).then(async (last) => {
          running.delete(id)
          // The last event promises that the job has written all its files.
          await Promise.all([jobs.markBusy(world.paths, running.size), remembering])
          emit(last)
        })
      })
    })
    return started.map(({ id }) => id)
  }

  async function finish(
    jobs: Jobs,
    id: string,
    conducted: Promise<Outcome>,
    run: JobRun,
    onDrive: boolean,
  ): Promise<JobEvent> {
    try {
      const outcome = await conducted
      await run.end(null)
      if (outcome.job === 'identify') return { event: 'done', receipt: null, ...outcome }
      await jobs.keepReceipt(world, outcome)
      return outcome.job === 'restore'
        ? { event: 'done', receipt: null, ...outcome }
        : { event: 'done', receipt: outcome }
    } catch (error) {
      onError(error, id)
      await run.end(error)
      const interrupted = run.signal.aborted && !(error instanceof KindlingError && error.code === 'interrupted')
      const worded = interrupted ? withStateOf(new KindlingError('interrupted', {}, { cause: error }), error) : error
      return { event: 'failed', ...toFailure(worded, onDrive ? 'untouched' : null) }
    }
  }

  async function startWrites(ports: Ports, saved: SavedSettings, given: WriteSpec): Promise<string[]> {
    const jobs = await loadJobs()
    const spec = completeSpec(given, saved)
    remember(spec.source.image)
    return start(jobs, ports, spec.drives.length, (runs) => jobs.runWrite(ports, spec, runs), true)
  }

  async function startOne(ports: Ports, saved: SavedSettings, given: AnyJobSpec): Promise<string> {
    const jobs = await loadJobs()
    if (given.job === 'identify')
      return start(jobs, ports, 1, (runs) => runs.map((run) => jobs.runIdentify(ports, given, run)), true)[0]!
    if (given.job === 'restore')
      return start(jobs, ports, 1, (runs) => runs.map((run) => jobs.runRestore(ports, given, run)), true)[0]!
    if (given.job === 'save')
      return start(jobs, ports, 1, (runs) => runs.map((run) => jobs.runSave(ports, given, run)), true)[0]!
    if (given.job === 'write') {
      const { drive, identity, confirmed, ...others } = given
      return (await startWrites(ports, saved, { ...others, drives: [{ drive, identity, confirmed }] }))[0]!
    }
    const spec = completeSpec(given, saved)
    remember(spec.source.image)
    const conduct = (run: JobRun) =>
      spec.job === 'verify' ? jobs.runVerify(ports, spec, run) : jobs.runDownload(ports, spec, run)
    return start(jobs, ports, 1, (runs) => runs.map(conduct), spec.job === 'verify')[0]!
  }

  /**
   * Runs a call with the current settings, and turns an error into a failure.
   * @param act – receives the ports with the current settings applied
   */
  async function answer<T>(act: (ports: Ports, saved: SavedSettings) => T | Promise<T>): Promise<Result<T>> {
    try {
      const asked = ++turn
      const found = await settingsFile.read()
      see(found, asked)
      return ok(await act(applySettings(world, found.saved), found.saved))
    } catch (error) {
      onError(error, null)
      return { ok: false, failure: toFailure(error) }
    }
  }

  return {
    surroundings: () =>
      answer(({ version, environment: { streamBaseUrl, keyring } }) => ({
        version,
        architecture: hostArchitecture(),
        streams: [...knownStreams],
        streamBaseUrl,
        keyring,
      })),
    catalog: (args) => answer((ports) => readAgreed(ports, { ...wishOf(ports, args), release: args.release })),
    releases: (args) => answer((ports) => listReleases(ports, wishOf(ports, args))),
    drives: () => answer((ports) => ports.drives.list()),
    inspectDrive: ({ path }) => answer((ports) => ports.drives.inspect(path)),
    cache: () => answer(async (ports) => (await loadJobs()).listCache(ports)),
    checkFirstBoot: ({ firstBoot }) =>
      answer(async (ports) => {
        // Loads a YAML parser, which no other call needs.
        const { readFirstBoot } = await import('../first-boot/read-first-boot.ts')
        await readFirstBoot(
          ports,
          firstBoot,
          { release: null, drives: 1 },
          { signal: new AbortController().signal, warn: () => undefined },
        )
        return null
      }),
    firstBoot: ({ drive }) =>
      answer(async (ports) => (await import('../first-boot/show-first-boot.ts')).showFirstBoot(ports, drive)),
    clearCache: () => answer(async (ports) => (await loadJobs()).clearCache(ports)),
    preview: ({ source }) => answer(async (ports) => (await loadJobs()).previewSource(ports, source)),
    checkIgnition: ({ path, release }) =>
      // Loads a parser that no other call needs.
      answer(async () => (await import('../ignition/check-file.ts')).checkFile(path, release)),
    recentImages: () => answer(() => listRecentImages(world)),
    settings: () => answer((_, saved) => see({ saved, setAside: null })),
    changeSettings: ({ changes }) =>
      answer(async () => {
        await checkChanges(changes)
        return see(await settingsFile.change(changes))
      }),
    start: ({ spec }) => answer(async (ports, saved) => ({ id: await startOne(ports, saved, spec) })),
    startWrites: ({ spec }) => answer(async (ports, saved) => ({ ids: await startWrites(ports, saved, spec) })),
    // Does not read the settings first: the read may be slow, and a cancel must take effect
    // immediately.
    async cancel({ id }) {
      running.get(id)?.abort(new KindlingError('interrupted'))
      return ok(null)
    },
    subscribe(listener, topics = ['drives', 'job', 'settings']) {
      listeners.set(listener, new Set(topics))
      updateWatch()
      return () => {
        listeners.delete(listener)
        updateWatch()
      }
    },
  }
}

const wishOf = ({ environment }: Ports, { stream, streamBaseUrl, offline = false }: Arguments<'releases'>) => ({
  stream,
  baseUrl: streamBaseUrl ?? environment.streamBaseUrl ?? defaultBaseUrl,
  offline,
})

/**
 * Keeps the drive state of the error that a cancelled job failed with. A cancelled job may fail
 * with any error; all of them are reported as `interrupted`.
 */
function withStateOf(interrupted: KindlingError, error: unknown): KindlingError {
  if (error instanceof KindlingError) interrupted.driveState = error.driveState
  return interrupted
}
