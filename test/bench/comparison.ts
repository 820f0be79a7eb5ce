/** Programs that do the same work, to be measured in turn. */
export interface Comparison {
  /** Title of the table. */
  title: string
  contenders: Contender[]
  /** Names of the rows and bounds to which the others are compared. */
  baselines: string[]
  /** Whether to show CPU time and peak memory. */
  costs: boolean
  /**
   * Returns calculated times for comparison, in seconds. `time` returns the median of a row, or
   * null if it did not run.
   */
  bounds?(time: (row: string) => number | null): Bound[]
  targets: Target[]
  /** Notes below the table. */
  notes: string[]
  /** Called before each run, untimed. */
  prepare?(contender: Contender, signal: AbortSignal): Promise<void>
  /**
   * Called after each run, untimed.
   * @throws Error if the work was not done
   */
  check?(contender: Contender, signal: AbortSignal): Promise<void>
}

export interface Contender {
  name: string
  /** Reason why the program cannot run here, or null. */
  missing: string | null
  /** A line of bash. */
  command: string
  /** Environment variables of the command. */
  env: Record<string, string>
  /** Amount of work in bytes, for a rate. */
  bytes?: number
  /** Returns the duration of each phase in milliseconds, from the output. */
  phases?(stdout: string): Record<string, number>
  /** True if the phases are points in time, counted from the start, so that they do not add up. */
  moments?: boolean
  /** Rows of the table: phases, named `NAME: PHASE`, or the whole run. Default: the whole run. */
  rows?: (typeof whole | string)[]
}

/** The row of a run from start to exit. */
export const whole = ''

export interface Bound {
  name: string
  /** Time in seconds. */
  time: number
}

/** A target for a ratio of medians. */
export interface Target {
  /** The measured quantity. `rate` is the inverse of the time for the same work. */
  of: 'time' | 'rate' | 'memory'
  /** Names of rows; `base` may also be a bound. */
  row: string
  base: string
  /**
   * The comparison with the limit. A ratio equal to the limit meets the target, except with
   * `below`.
   */
  must: 'at most' | 'below' | 'at least'
  limit: number
}
