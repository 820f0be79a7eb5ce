import type { FailureWords } from '../../src-shared/failures/failure-words.ts'

/** Texts of a failure. `{name}` in title and advice stands for a value of its details. */
export type FailureText = Omit<FailureWords, 'kind' | 'windowAdvice' | 'windowFurther'>
