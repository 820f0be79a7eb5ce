import { findWords, t } from '../words/index.ts'
import type { RunningJob } from '../job/running-job.svelte.ts'

/** Returns the words for the job's current activity. */
export function describePhase({ view, request }: RunningJob): string {
  if (view.phase === null) return t('job.starting')
  return findWords(`job.nowOf.${request.spec.job}.${view.phase}`) ?? t(`job.now.${view.phase}`)
}
