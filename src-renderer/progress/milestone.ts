import type { Phase } from '../../src-shared/phase.ts'
import type { RunningJob } from '../job/running-job.svelte.ts'

/** A point of progress worth announcing: a new phase, or another quarter of the job. */
export interface Milestone {
  phase: Phase
  /** Progress of the job: 0, 25, 50 or 75 percent. */
  percent: number
}

export function milestoneOf({
  view,
  fraction,
}: Pick<RunningJob, 'fraction'> & { view: Pick<RunningJob['view'], 'phase'> }): Milestone | null {
  if (view.phase === null) return null
  return { phase: view.phase, percent: Math.min(75, Math.floor(fraction * 4) * 25) }
}
