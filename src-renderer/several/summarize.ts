import type { RunningJob } from '../job/running-job.svelte.ts'

/** How several writes stand together. */
export interface Summary {
  count: number
  /** Failed, or stopped on request. */
  failed: number
  /** Whether each of the others holds its image for certain. */
  proved: boolean
}

export function summarize(jobs: RunningJob[]): Summary {
  const receipts = jobs.flatMap(({ view }) => view.receipt ?? [])
  return {
    count: jobs.length,
    failed: jobs.filter(({ view }) => view.failure).length,
    proved: receipts.every(({ drive, image }) => drive?.state === 'proved' && image.origin !== 'none'),
  }
}

/** The one that the others wait for: what the phases of all are told by. */
export function slowestOf(jobs: RunningJob[]): RunningJob {
  const running = jobs.filter(({ over }) => !over)
  return (running.length > 0 ? running : jobs).reduce((slowest, job) =>
    job.fraction < slowest.fraction ? job : slowest,
  )
}
