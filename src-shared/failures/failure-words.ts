/** Texts for one kind of failure. `{name}` is replaced by a value from the failure's details. */
export interface FailureWords {
  exit: 1 | 2 | 3 | 4 | 130
  title: string
  /**
   * Explanation of the meaning and the cause, in one or two sentences without values. The window
   * shows it.
   */
  explanation: string
  advice: string
  /** Replacement for the advice in the window, if the advice names flags or commands. */
  windowAdvice?: string
}
