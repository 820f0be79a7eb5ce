import type { Phase } from '../../src-shared/phase.ts'
import type { JobView } from './job-view.ts'

/** A point of progress worth announcing: a new phase, or a quarter of one. */
export interface Milestone {
  phase: Phase
  /** Progress in the phase: 0, 25, 50 or 75 percent. */
  percent: number
}

export function milestoneOf({ phase, bytes, total }: JobView): Milestone | null {
  if (phase === null) return null
  return { phase, percent: total ? Math.min(75, Math.floor((bytes / total) * 4) * 25) : 0 }
}
