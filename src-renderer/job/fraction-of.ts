import type { Phase } from '../../src-shared/phase.ts'
import type { Step } from './job-view.ts'

/** Phases in which every byte passes; the others are over in a moment. */
export const longPhases: readonly Phase[] = ['prove', 'download', 'write', 'read-back']

const weightOf = ({ phase }: Step): number => (longPhases.includes(phase) ? 6 : 1)

/** How much of a job is done, 0 to 1, when every long phase takes equally long. */
export function fractionOf(steps: Step[]): number {
  const whole = steps.reduce((sum, step) => sum + weightOf(step), 0)
  return whole === 0 ? 0 : steps.reduce((sum, step) => sum + weightOf(step) * step.done, 0) / whole
}
