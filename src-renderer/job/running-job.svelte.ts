import type { DriveIdentity } from '../../src-shared/drive.ts'
import type { JobEvent, PageJobSpec, Proof } from '../../src-shared/job.ts'
import type { Phase } from '../../src-shared/phase.ts'
import type { Outlook } from './outlook.ts'
import { advance, noEvents, stepsOf } from './job-view.ts'
import { fractionOf } from './fraction-of.ts'

export type JobKind = PageJobSpec['job']

/** The parameters of a job at its start, as its pages need them. */
export interface JobRequest {
  spec: PageJobSpec
  /** Display name of the image; empty for a job without one. */
  imageName: string
  driveName: string
  phases: Phase[]
  proofs: Proof[]
  /** Whether the job downloads the image while it runs. */
  fetches: boolean
  /** The start of the written system; null where nothing is written. */
  boot?: Outlook | null
}

/** Returns the drive of a job as it was when chosen, or null for a download. */
export const driveOf = (spec: PageJobSpec): DriveIdentity | null => ('drive' in spec ? (spec.identity ?? null) : null)

/** A job from its start to its receipt or failure. */
export class RunningJob {
  readonly request: JobRequest
  id = $state<string | null>(null)
  view = $state.raw(noEvents)
  stopping = $state(false)
  /**
   * Completed fraction of all phases together, 0 to 1. It never decreases, even if an unexpected
   * phase is added.
   */
  fraction = $state(0)
  readonly steps = $derived.by(() => stepsOf(this.view, this.request.phases))
  readonly over = $derived(
    this.view.receipt !== null ||
      this.view.identification !== null ||
      this.view.restoration !== null ||
      this.view.failure !== null,
  )
  /**
   * Whether a retry would fail again: the stream has a newer release, so the user has to choose
   * again.
   */
  readonly outdated = $derived(this.view.failure?.code === 'release-gone')
  /**
   * Whether the drive has lost its contents. The `prepare` phase erases them, at a moment that it
   * does not report.
   */
  readonly touched = $derived.by(() => {
    const { seen } = this.view
    if (seen.includes('write')) return 'after'
    return seen.includes('prepare') ? 'during' : 'before'
  })

  constructor(request: JobRequest) {
    this.request = request
  }

  accept(event: JobEvent): void {
    this.view = advance(this.view, event)
    this.fraction = Math.max(this.fraction, fractionOf(this.steps))
  }
}
