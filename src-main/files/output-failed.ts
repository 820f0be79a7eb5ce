import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { fileRefused } from './refused-by-system.ts'

/** Returns the failure of a file that cannot be written, or the refusal of the system. */
export function outputFailed(file: string, error: unknown, platform = process.platform): KindlingError {
  const taken = (error as NodeJS.ErrnoException).code === 'EEXIST'
  const reason = taken ? say('name-taken') : reasonOf(error)
  return (
    fileRefused(file, error, 'write', platform) ??
    new KindlingError('output-failed', { file, reason }, { cause: error })
  )
}
