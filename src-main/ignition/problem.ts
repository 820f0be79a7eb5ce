import { sayProblem, type Phrase } from '../../src-shared/phrases.ts'
import { problemTexts } from '../../src-shared/problem-texts.ts'

/** Place in a text. Both count from 1, columns in UTF-16 units. */
export interface Place {
  line: number
  column: number
}

export type ProblemCode = keyof typeof problemTexts
export type ProblemValues = Record<string, string | number>
/** Reports a problem of a part of an object, or of the object itself. */
export type Say = (code: ProblemCode, object: object, part?: string | number, values?: ProblemValues) => void

/**
 * Defect of a config. With an error, the machine would stop at its first boot, or no config can be
 * made; a warning does not prevent that.
 */
export interface Problem {
  severity: 'error' | 'warning'
  code: ProblemCode
  /** Null when the problem concerns the text as a whole. */
  place: Place | null
  /** Path of keys and indexes in the text. */
  path: (string | number)[]
  values: ProblemValues
}

export const isError = ({ severity }: Problem): boolean => severity === 'error'

/** Creates a problem; its severity is that of its code. */
export function createProblem(
  code: ProblemCode,
  place: Place | null = null,
  path: Problem['path'] = [],
  values: ProblemValues = {},
): Problem {
  return { severity: severityOf(code), code, place, path, values }
}

const severityOf = (code: ProblemCode): Problem['severity'] => ('warning' in problemTexts[code] ? 'warning' : 'error')

/** Returns the text of a problem, one sentence or two. */
export const describeProblem = ({ code, values }: Problem): Phrase => sayProblem(code, values)
