import type { Jobs } from '../job/jobs.svelte.ts'
import { driveOf, type JobKind, type RunningJob, type JobRequest } from '../job/running-job.svelte.ts'
import { causeOf } from '../job/cause-of.ts'
import type { DriveChoice } from '../drive/drive-choice.svelte.ts'

/**
 * State of one tab: the preparation, run and result of one kind of job. The tabs work
 * independently.
 */
export abstract class TabState {
  abstract readonly kind: JobKind
  /** The chosen drives; null for a kind of job without a drive. */
  abstract readonly drives: DriveChoice | null
  /** The running or finished jobs, one per drive. Empty while the user is choosing. */
  jobs = $state.raw<RunningJob[]>([])
  protected readonly line: Jobs

  constructor(line: Jobs) {
    this.line = line
  }

  /** The only job, or the first of several; null while choosing. */
  readonly job = $derived<RunningJob | null>(this.jobs[0] ?? null)
  readonly running = $derived(this.jobs.some(({ over }) => !over))
  readonly state = $derived.by(() => {
    if (this.jobs.length === 0) return 'choosing'
    if (this.running) return 'running'
    const failures = this.jobs.flatMap(({ view }) => view.failure ?? [])
    if (failures.length > 0) return failures.every((failure) => causeOf(failure) === 'stopped') ? 'stopped' : 'failed'
    return this.jobs.some(({ view }) => view.identification?.identified === null) ? 'unknown' : 'done'
  })
  /** Whether the chosen release no longer exists, because the stream has a newer one. */
  protected readonly releaseGone = $derived(this.jobs.some(({ outdated }) => outdated))
  /**
   * Completed fraction of all jobs, 0 to 1. A finished job counts as complete, even if it failed.
   */
  readonly fraction = $derived(
    this.jobs.reduce((sum, { over, fraction }) => sum + (over ? 1 : fraction), 0) / Math.max(1, this.jobs.length),
  )

  /**
   * Whether a job can be repeated: with the same drive, and only if no other job uses that drive.
   */
  canStartAgain({ request, over, outdated }: RunningJob): boolean {
    return over && !outdated && this.#specAgain(request) !== null
  }

  startAgain(job: RunningJob): void {
    const spec = this.#specAgain(job.request)
    if (spec === null || !this.canStartAgain(job)) return
    const [again] = this.line.begin([{ ...job.request, spec }])
    this.jobs = this.jobs.map((one) => (one === job ? again! : one))
  }

  async stop(jobs: RunningJob[] = this.jobs): Promise<void> {
    await Promise.all(jobs.map((job) => this.line.stop(job)))
  }

  /** Closes finished jobs and returns to the choices. */
  putAway(): void {
    if (!this.running) this.jobs = []
  }

  protected begin(requests: JobRequest[]): void {
    if (!this.running && requests.length > 0) this.jobs = this.line.begin(requests)
  }

  #specAgain({ spec }: JobRequest): JobRequest['spec'] | null {
    const identity = driveOf(spec)
    if (identity === null) return spec
    const drive = this.drives?.findFree(identity)
    return drive ? ({ ...spec, drive: drive.identity.device, identity: drive.identity } as JobRequest['spec']) : null
  }
}
