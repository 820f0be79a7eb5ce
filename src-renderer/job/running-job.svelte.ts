import type { DriveIdentity } from '../../src-shared/drive.ts'
import type { JobEvent, AnyJobSpec, Proof } from '../../src-shared/job.ts'
import type { Phase } from '../../src-shared/phase.ts'
import { advance, noEvents, stepsOf } from './job-view.ts'
import { fractionOf } from './fraction-of.ts'

export type JobKind = AnyJobSpec['job']

/** What a job was started with, for its pages. */
export interface Undertaking {
  spec: AnyJobSpec
  /** For people; empty for a job without one. */
  imageName: string
  driveName: string
  phases: Phase[]
  proofs: Proof[]
  /** It is fetched while the job goes on. */
  fetches: boolean
}

/** The drive that a job is about, as it was when it was chosen; null for a download. */
export const driveOf = (spec: AnyJobSpec): DriveIdentity | null => ('drive' in spec ? (spec.identity ?? null) : null)

/** A job from its start to its receipt or failure. */
export class RunningJob {
  readonly undertaking: Undertaking
  id = $state<string | null>(null)
  view = $state.raw(noEvents)
  stopping = $state(false)
  /** 0 to 1, of all its phases together: it never goes back, also when a phase comes that nobody expected. */
  fraction = $state(0)
  readonly steps = $derived.by(() => stepsOf(this.view, this.undertaking.phases))
  readonly over = $derived(
    this.view.receipt !== null || this.view.identification !== null || this.view.failure !== null,
  )
  /** Whether the same comes to the same again: its stream has moved on, and something has to be chosen anew. */
  readonly outdated = $derived(this.view.failure?.code === 'release-gone')
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
    this.fraction = Math.max(this.fraction, fractionOf(this.steps))
  }
}
