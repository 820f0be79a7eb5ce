import type { ConfigProblem } from '../../src-shared/config-check.ts'
import { findWords, t } from '../words/index.ts'

/** Returns the text of a config's problem in the window's language, with its place. */
export function describeProblem({ code, place, values }: ConfigProblem): string {
  const text = findWords(`problems.${code}`, values) ?? code
  return `${place === null ? '' : t('boot.place', place)}${text}.`
}
