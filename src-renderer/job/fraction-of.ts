import type { Phase } from '../../src-shared/phase.ts'
import type { Step } from './job-view.ts'

/** Phases that process every byte. The other phases are short. */
export const longPhases: readonly Phase[] = ['prove', 'download', 'save', 'write', 'read-back']

const weightOf = ({ phase }: Step): number => (longPhases.includes(phase) ? 6 : 1)

/**
 * Returns the completed fraction of a job, 0 to 1, assuming that all long phases take equally long.
 */
export function fractionOf(steps: Step[]): number {
  const whole = steps.reduce((sum, step) => sum + weightOf(step), 0)
  return whole === 0 ? 0 : steps.reduce((sum, step) => sum + weightOf(step) * step.done, 0) / whole
}
