import type { JobEvent, JobSpec, Proof } from '../../src-shared/job.ts'
import type { Phase } from '../../src-shared/phase.ts'
import { advance, noEvents, stepsOf } from './job-view.ts'

/** What a job was started with, for its pages. */
export interface Undertaking {
  spec: Exclude<JobSpec, { job: 'download' }>
  /** For people. */
  imageName: string
  driveName: string
  phases: Phase[]
  proofs: Proof[]
  /** It is fetched while it is written. */
  fetches: boolean
}

/** A job from its start to its receipt or failure. */
export class RunningJob {
  readonly undertaking: Undertaking
  id = $state<string | null>(null)
  view = $state.raw(noEvents)
  stopping = $state(false)
  readonly steps = $derived.by(() => stepsOf(this.view, this.undertaking.phases))
  readonly over = $derived(this.view.receipt !== null || this.view.failure !== null)
  /** Whether the drive has lost what was on it: in the `prepare` phase that happens, at a moment that nobody is told. */
  readonly touched = $derived.by(() => {
    const { seen } = this.view
    if (seen.includes('write')) return 'after'
    return seen.includes('prepare') ? 'during' : 'before'
  })

  constructor(undertaking: Undertaking) {
    this.undertaking = undertaking
  }

  accept(event: JobEvent): void {
    this.view = advance(this.view, event)
  }
}
