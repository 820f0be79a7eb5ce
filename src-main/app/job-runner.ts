import { randomUUID } from 'node:crypto'
import type { News } from '../../src-shared/api.ts'
import { KindlingError, toFailure } from '../../src-shared/failure.ts'
import type { Identification } from '../../src-shared/identification.ts'
import type { AnyJobSpec, JobEvent, SourceSpec, WriteSpec } from '../../src-shared/job.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { Restoration } from '../../src-shared/restoration.ts'
import type { SavedSettings } from '../../src-shared/settings.ts'
import type { JobRun } from '../jobs/job-run.ts'
import type { Ports } from '../ports.ts'
import { completeSpec } from '../settings/apply-settings.ts'
import { rememberImage } from '../settings/recent-images.ts'

/** Loads the jobs with the first call that needs them (`all-jobs.ts`). */
export const loadJobs = () => import('../jobs/all-jobs.ts')
type Jobs = Awaited<ReturnType<typeof loadJobs>>

/** The result of a job that succeeded. */
type Outcome = Receipt | Restoration | Identification

/** Jobs that start together, and share a source if they write. */
interface Batch {
  count: number
  /** True if the jobs need a drive. A failure then states its state. */
  onDrive: boolean
  /** Starts the work and returns the outcome of each run. */
  conduct(runs: JobRun[]): Promise<Outcome>[]
}

interface StartedJob {
  id: string
  abort: AbortController
}

/** Callbacks of a job runner. */
interface JobReports {
  announce(news: News): void
  /**
   * @param job – the job that the error ended, or null
   */
  onError(error: unknown, job: string | null): void
}

/** Starts jobs, reports their events and cancels them. */
export class JobRunner {
  readonly #world: Ports
  readonly #reports: JobReports
  readonly #running = new Map<string, AbortController>()
  /** The end of the last update of the recent images. One update runs at a time. */
  #remembering = Promise.resolve()

  constructor(world: Ports, reports: JobReports) {
    this.#world = world
    this.#reports = reports
  }

  cancel(id: string): void {
    this.#running.get(id)?.abort(new KindlingError('interrupted'))
  }

  /** Starts a write of one image to several drives and returns an id for each drive. */
  async startWrites(ports: Ports, saved: SavedSettings, given: WriteSpec): Promise<string[]> {
    const jobs = await loadJobs()
    const spec = completeSpec(given, saved)
    this.#remember(spec.source.image)
    return this.#start(jobs, ports, {
      count: spec.drives.length,
      onDrive: true,
      conduct: (runs) => jobs.runWrite(ports, spec, runs),
    })
  }

  async start(ports: Ports, saved: SavedSettings, given: AnyJobSpec): Promise<string> {
    if (given.job === 'write') {
      const { drive, identity, confirmed, ...others } = given
      const ids = await this.startWrites(ports, saved, { ...others, drives: [{ drive, identity, confirmed }] })
      return ids[0]!
    }
    const jobs = await loadJobs()
    const conduct = this.#conductorOf(jobs, ports, saved, given)
    const onDrive = given.job !== 'download'
    return this.#start(jobs, ports, { count: 1, onDrive, conduct: (runs) => runs.map(conduct) })[0]!
  }

  /** Returns the function that does a job on one drive, or a download. */
  #conductorOf(
    jobs: Jobs,
    ports: Ports,
    saved: SavedSettings,
    given: Exclude<AnyJobSpec, { job: 'write' }>,
  ): (run: JobRun) => Promise<Outcome> {
    switch (given.job) {
      case 'identify':
        return (run) => jobs.runIdentify(ports, given, run)
      case 'restore':
        return (run) => jobs.runRestore(ports, given, run)
      case 'save':
        return (run) => jobs.runSave(ports, given, run)
    }
    const spec = completeSpec(given, saved)
    this.#remember(spec.source.image)
    return spec.job === 'verify'
      ? (run) => jobs.runVerify(ports, spec, run)
      : (run) => jobs.runDownload(ports, spec, run)
  }

  #start(jobs: Jobs, ports: Ports, { count, onDrive, conduct }: Batch): string[] {
    const started = Array.from({ length: count }, () => this.#register(jobs))
    // The caller must receive the ids before the first event.
    setImmediate(() => {
      const runs = started.map(({ id, abort }) =>
        jobs.startJobRun(ports, (event) => this.#reports.announce({ news: 'job', id, event }), abort.signal),
      )
      conduct(runs).forEach((outcome, index) => {
        void this.#finish(jobs, started[index]!.id, outcome, runs[index]!, onDrive)
      })
    })
    return started.map(({ id }) => id)
  }

  #register(jobs: Jobs): StartedJob {
    const id = randomUUID()
    const abort = new AbortController()
    this.#running.set(id, abort)
    void jobs.markBusy(this.#world.paths, this.#running.size)
    return { id, abort }
  }

  /** Waits for a job and announces its last event. */
  async #finish(jobs: Jobs, id: string, outcome: Promise<Outcome>, run: JobRun, onDrive: boolean): Promise<void> {
    const event = await this.#lastEvent(jobs, id, outcome, run, onDrive)
    this.#running.delete(id)
    // The last event promises that the job has written all its files.
    await Promise.all([jobs.markBusy(this.#world.paths, this.#running.size), this.#remembering])
    this.#reports.announce({ news: 'job', id, event })
  }

  async #lastEvent(
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
      await jobs.keepReceipt(this.#world, outcome)
      return outcome.job === 'restore'
        ? { event: 'done', receipt: null, ...outcome }
        : { event: 'done', receipt: outcome }
    } catch (error) {
      this.#reports.onError(error, id)
      await run.end(error)
      return {
        event: 'failed',
        ...toFailure(run.signal.aborted ? asInterrupted(error) : error, onDrive ? 'untouched' : null),
      }
    }
  }

  /** Adds an image to the recent images. Never fails. */
  #remember(image: SourceSpec['image']): void {
    this.#remembering = this.#remembering.then(() => rememberImage(this.#world, image))
  }
}

/**
 * Returns the error of a cancelled job as `interrupted`. A cancelled job may fail with any error;
 * the drive state of that error is kept.
 */
function asInterrupted(error: unknown): KindlingError {
  if (!(error instanceof KindlingError)) return new KindlingError('interrupted', {}, { cause: error })
  if (error.code === 'interrupted') return error
  const interrupted = new KindlingError('interrupted', {}, { cause: error })
  interrupted.driveState = error.driveState
  return interrupted
}
