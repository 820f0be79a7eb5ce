import { KindlingError } from '../../src-shared/failure.ts'
import { isError, describeProblem, type Problem } from './problem.ts'
import { say, type Phrase, type Said } from '../../src-shared/phrases.ts'

/**
 * Returns the failure of a config that has errors.
 * @param file – path or address of the config
 */
export function refuseConfig(file: Said, problems: Problem[]): KindlingError {
  const errors = problems.filter(isError)
  const first = locateProblem(errors[0]!)
  const shown = errors.length === 1 ? first : say('problem-and-more', { problem: first, count: errors.length })
  return new KindlingError('config-invalid', { file, problems: shown })
}

/** Returns the text of a problem, with its place. */
export const locateProblem = (problem: Problem): Phrase =>
  problem.place === null
    ? describeProblem(problem)
    : say('problem-at', { ...problem.place, problem: describeProblem(problem) })
