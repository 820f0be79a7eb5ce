import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'

/** Returns the failure of a file that cannot be written. */
export function outputFailed(file: string, error: unknown): KindlingError {
  const taken = (error as NodeJS.ErrnoException).code === 'EEXIST'
  return new KindlingError(
    'output-failed',
    { file, reason: taken ? say('name-taken') : reasonOf(error) },
    { cause: error },
  )
}
