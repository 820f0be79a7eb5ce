import { driveOf, type JobRequest } from './running-job.svelte.ts'
import { t } from '../words/index.ts'

/** Returns whether the drive of a job is a disk-image file. */
export const isOnFile = ({ spec }: JobRequest): boolean => driveOf(spec)?.kind === 'file'

/** Says that the drives of jobs can be unplugged; empty if all of them are disk-image files. */
export function describeUnplug(requests: JobRequest[]): string {
  const count = requests.filter((request) => !isOnFile(request)).length
  return count === 0 ? '' : t('drives.canUnplug', { count })
}

/** Adds to a sentence that the drive of a job can be unplugged, unless it is a disk-image file. */
export const addUnplug = (sentence: string, request: JobRequest): string =>
  [sentence, describeUnplug([request])].filter(Boolean).join(' ')
