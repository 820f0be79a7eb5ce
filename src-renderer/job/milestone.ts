import type { Phase } from '../../src-shared/phase.ts'
import type { JobView } from './job-view.ts'

/** What is worth saying aloud of a job that goes on: a new phase, and each quarter of one. */
export interface Milestone {
  phase: Phase
  /** 0, 25, 50 or 75 percent of the phase. */
  percent: number
}

export function milestoneOf({ phase, bytes, total }: JobView): Milestone | null {
  if (phase === null) return null
  return { phase, percent: total ? Math.min(75, Math.floor((bytes / total) * 4) * 25) : 0 }
}
