import { causeOf } from '../job/cause-of.ts'
import type { RunningJob } from '../job/running-job.svelte.ts'

/** The writes of a page by their outcome so far. */
export interface Summary {
  failed: RunningJob[]
  running: RunningJob[]
  stopped: RunningJob[]
  done: RunningJob[]
  /** Whether all drives that are done are proved to contain their image. */
  proved: boolean
}

export function summarize(jobs: RunningJob[]): Summary {
  const ended = jobs.filter(({ view }) => view.failure)
  const isStopped = ({ view }: RunningJob) => view.failure !== null && causeOf(view.failure) === 'stopped'
  const done = jobs.filter(({ view }) => view.receipt)
  return {
    failed: ended.filter((job) => !isStopped(job)),
    running: jobs.filter(({ over }) => !over),
    stopped: ended.filter(isStopped),
    done,
    proved: done.every(
      ({ view: { receipt } }) => receipt?.drive?.state === 'proved' && receipt.image.origin !== 'none',
    ),
  }
}

/** Returns the job with the least progress. The page shows its phases for all jobs. */
export function slowestOf(jobs: RunningJob[]): RunningJob {
  const { running } = summarize(jobs)
  return (running.length > 0 ? running : jobs).reduce((slowest, job) =>
    job.fraction < slowest.fraction ? job : slowest,
  )
}
