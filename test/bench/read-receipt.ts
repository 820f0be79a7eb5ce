import type { JobEvent } from '../../src-shared/job.ts'

/** Milliseconds by phase, from the receipt at the end of what Kindling printed with `--json`. */
export function readDurations(stdout: string): Record<string, number> {
  const last = JSON.parse(stdout.trim().split('\n').at(-1)!) as JobEvent
  return last.event === 'done' ? (last.receipt ?? last).durations : {}
}
