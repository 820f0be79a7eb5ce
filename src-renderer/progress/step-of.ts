import type { Step } from '../job/job-view.ts'
import type { RunningJob } from '../job/running-job.svelte.ts'

/** Returns the steps that the phase path shows. The flush is the end of the write. */
export const shownSteps = ({ steps }: Pick<RunningJob, 'steps'>): Step[] =>
  steps.filter(({ phase }) => phase !== 'flush')

/** Returns the number of the current step, starting at 1, and the number of steps. */
export function stepOf(job: Pick<RunningJob, 'steps'>): { step: number; steps: number } {
  const shown = shownSteps(job)
  const passed = shown.filter(({ state }) => state === 'passed').length
  const isFlushing = job.steps.some(({ phase, state }) => phase === 'flush' && state === 'current')
  return { step: Math.max(1, Math.min(shown.length, isFlushing ? passed : passed + 1)), steps: shown.length }
}
