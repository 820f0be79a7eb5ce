import type { JobEvent } from '../../src-shared/job.ts'

/**
 * Returns the duration of each phase in milliseconds, from the receipt at the end of Kindling's
 * `--json` output.
 */
export function readDurations(stdout: string): Record<string, number> {
  const last = JSON.parse(stdout.trim().split('\n').at(-1)!) as JobEvent
  return last.event === 'done' ? (last.receipt ?? last).durations : {}
}
