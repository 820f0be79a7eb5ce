import { KindlingError } from '../../src-shared/failure.ts'
import { isError, describeProblem, type Problem } from './problem.ts'
import type { Said } from '../../src-shared/phrases.ts'

/**
 * Returns the failure of a config that has errors.
 * @param file – path or address of the config
 */
export function refuseConfig(file: Said, problems: Problem[]): KindlingError {
  const errors = problems.filter(isError)
  const shown =
    errors.length === 1 ? locateProblem(errors[0]!) : `${locateProblem(errors[0]!)} (${errors.length} errors)`
  return new KindlingError('config-invalid', { file, problems: shown })
}

/** Returns the English text of a problem, with its place. */
export const locateProblem = (problem: Problem): string =>
  `${problem.place === null ? '' : `line ${problem.place.line}, column ${problem.place.column}: `}${describeProblem(problem)}`
