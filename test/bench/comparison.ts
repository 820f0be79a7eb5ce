/** Programs that do the same work, to be measured in turn. */
export interface Comparison {
  /** What is compared, as the headline of its table. */
  title: string
  contenders: Contender[]
  /** Names of the contenders that the others are expressed in. */
  baselines: string[]
  /** Before each run, untimed. */
  prepare(signal: AbortSignal): Promise<void>
  /** After each run, untimed. @throws when the work was not done */
  check(signal: AbortSignal): Promise<void>
}

export interface Contender {
  name: string
  /** Null when it can run here, else what is missing. */
  missing: string | null
  /** A line for bash. */
  command: string
  /** Variables of the command. */
  env: Record<string, string>
  /** Milliseconds by phase, from what it printed. */
  phases?(stdout: string): Record<string, number>
}
