import type { Failure } from '../../src-shared/failure.ts'
import { driveOf, type RunningJob } from '../job/running-job.svelte.ts'
import { findWords, t } from '../words/index.ts'
import { describeDetails } from '../words/describe-details.ts'
import { describeFailure } from '../words/describe-failure.ts'

/**
 * Returns the details of a failure with their names, in the window's language. Later entries of the
 * same name win: the window knows the drive's name better than the failure.
 * @param kindling – version of Kindling
 */
export function listDetails({ request }: RunningJob, failure: Failure, kindling: string): [string, string][] {
  const { driveName, imageName, spec } = request
  return Object.entries({
    ...describeDetails(failure.details),
    // The original text of the system, untranslated, for the reader of a report.
    ...(typeof failure.details['reason'] === 'string' && { reason: failure.details['reason'] }),
    ...(imageName && { image: imageName }),
    ...(driveName && { drive: [...new Set([driveName, driveOf(spec)?.device])].join(', ') }),
    kindling,
  }).map(([name, value]) => [
    findWords(`details.${name}`) ?? name,
    Array.isArray(value) ? value.join(', ') : String(value),
  ])
}

/** Returns a report of a failure. It has the code of the drive's state; the page has its words. */
export function reportFailure(job: RunningJob, failure: Failure, kindling: string): string[] {
  const { title, explanation, advice } = describeFailure(failure)
  return [
    ...[title, explanation, advice, ''],
    `${t('failure.code')}: ${failure.code}`,
    `${t('failure.driveState')}: ${failure.driveState ?? t('failure.noDrive')}`,
    ...listDetails(job, failure, kindling).map(([name, value]) => `${name}: ${value}`),
  ]
}
