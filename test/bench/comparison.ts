/** Programs that do the same work, to be measured in turn. */
export interface Comparison {
  /** What is compared, as the headline of its table. */
  title: string
  contenders: Contender[]
  /** Names of the rows and bounds that the others are expressed in. */
  baselines: string[]
  /** Whether CPU and peak memory are worth showing. */
  costs: boolean
  /** Times to compare with that nobody ran for, from the medians of those who ran (seconds; null: did not run). */
  bounds?(time: (row: string) => number | null): Bound[]
  targets: Target[]
  /** What to know when reading the table. */
  notes: string[]
  /** Before each run, untimed. */
  prepare?(contender: Contender, signal: AbortSignal): Promise<void>
  /** After each run, untimed. @throws when the work was not done */
  check?(contender: Contender, signal: AbortSignal): Promise<void>
}

export interface Contender {
  name: string
  /** Null when it can run here, else what is missing. */
  missing: string | null
  /** A line for bash. */
  command: string
  /** Variables of the command. */
  env: Record<string, string>
  /** Bytes of its work, for a rate. */
  bytes?: number
  /** Milliseconds by phase, from what it printed. */
  phases?(stdout: string): Record<string, number>
  /** Its phases are moments: each counts from the start, and they do not add up. */
  moments?: boolean
  /** What gets a row: the whole run unless told otherwise, or phases, in rows named `NAME: PHASE`. */
  rows?: (typeof whole | string)[]
}

/** The row of a run from start to exit. */
export const whole = ''

export interface Bound {
  name: string
  /** Seconds. */
  time: number
}

/** What a ratio of medians shall be. */
export interface Target {
  /** `rate`: the same work in the inverse of the time. */
  of: 'time' | 'rate' | 'memory'
  /** Names of rows; `base` may be a bound. */
  row: string
  base: string
  /** The limit itself is met, but by `below`. */
  must: 'at most' | 'below' | 'at least'
  limit: number
}
