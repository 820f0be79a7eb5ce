import type { FailureWords } from '../../src-shared/failures/failure-words.ts'

/** What a failure says; `{name}` in title and advice stands for a value of its details. */
export type FailureText = Omit<FailureWords, 'exit' | 'windowAdvice'>
