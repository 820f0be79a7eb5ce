/**
 * - failed: the job failed
 * - usage: the request made no sense, or was not confirmed
 * - refused: a rule about the drive or the kind of image said no
 * - proof: a proof failed
 * - interrupted: a person stopped it
 */
export type FailureKind = 'failed' | 'usage' | 'refused' | 'proof' | 'interrupted'

/** Kind and texts of a failure. `{name}` is replaced by a value from the failure's details. */
export interface FailureWords {
  kind: FailureKind
  title: string
  /**
   * Explanation of the meaning and the cause, in one or two sentences without values. The window
   * shows it.
   */
  explanation: string
  advice: string
  /** Replacement for the advice in the window, if the advice names flags or commands. */
  windowAdvice?: string
  /** Added to the advice if the failure has every detail that it names. */
  further?: string
  /** The same in the window. */
  windowFurther?: string
}
