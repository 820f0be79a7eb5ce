import type { problemTexts } from './problem-texts.ts'

/** Defect of a config. With an error, the machine would stop at its first boot. */
export interface ConfigProblem {
  severity: 'error' | 'warning'
  code: keyof typeof problemTexts
  /** Place in the text, from 1; null when the problem concerns the text as a whole. */
  place: { line: number; column: number } | null
  values: Record<string, string | number>
}

/** Result of checking a config. */
export interface ConfigCheck {
  /** Version that the config states, or null. */
  version: string | null
  /** In the order of the text. */
  problems: ConfigProblem[]
  /** Names of the users who have an SSH key. */
  users: string[]
}
