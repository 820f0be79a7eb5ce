import type { FailureWords } from '../../src-shared/failure-catalog.ts'

/** What a failure says; `{name}` in title and advice stands for a value of its details. */
export type FailureText = Omit<FailureWords, 'exit'>
