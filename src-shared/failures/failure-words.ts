/** What is said of one way to fail. `{name}` stands for a value of the failure's details. */
export interface FailureWords {
  exit: 1 | 2 | 3 | 4 | 130
  title: string
  /** A sentence or two on what it means and why; without values. The window shows it. */
  explanation: string
  advice: string
  /** In place of the advice, in the window; where the advice names flags or commands. */
  windowAdvice?: string
}
