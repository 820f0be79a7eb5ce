import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { say, type Phrase } from '../../src-shared/phrases.ts'
import { fileRefused } from './refused-by-system.ts'

/** Returns the failure of a file that cannot be written, or the refusal of the system. */
export function outputFailed(file: string, error: unknown, platform = process.platform): KindlingError {
  if ((error as NodeJS.ErrnoException).code === 'EEXIST') return outputExists(file, say('name-taken'), error)
  return (
    fileRefused(file, error, 'write', platform) ??
    new KindlingError('output-failed', { file, reason: reasonOf(error) }, { cause: error })
  )
}

/** Returns the failure of a file whose name another file has. */
export const outputExists = (file: string, reason: Phrase = say('name-taken'), cause?: unknown): KindlingError =>
  new KindlingError('output-exists', { file, reason }, { cause })
