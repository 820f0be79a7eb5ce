import { KindlingError, reasonOf, toFailure } from '../../../src-shared/failure.ts'
import type { JobEvent } from '../../../src-shared/job.ts'
import { say } from '../../../src-shared/phrases.ts'
import type { Result } from '../../../src-shared/result.ts'

/** What a core that ended by an error leaves to be said: to who still asks it, and of a job that it had. */
export function coreEnded(error: unknown): { unanswered: Result<never>; unfinished: JobEvent } {
  const reason = say('core-ended', { reason: reasonOf(error) })
  const ended = new KindlingError('internal', { reason }, { cause: error })
  return {
    unanswered: { ok: false, failure: toFailure(ended) },
    unfinished: { event: 'failed', ...toFailure(ended, 'unknown') },
  }
}
