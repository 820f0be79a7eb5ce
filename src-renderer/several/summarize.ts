import type { RunningJob } from '../job/running-job.svelte.ts'

/** The combined state of several writes. */
export interface Summary {
  count: number
  /** Number of writes that failed or were cancelled. */
  failed: number
  /** Whether all other drives are proved to contain their image. */
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

/** Returns the job with the least progress. The page shows its phases for all jobs. */
export function slowestOf(jobs: RunningJob[]): RunningJob {
  const running = jobs.filter(({ over }) => !over)
  return (running.length > 0 ? running : jobs).reduce((slowest, job) =>
    job.fraction < slowest.fraction ? job : slowest,
  )
}
