import type { Failure } from '../../src-shared/failure.ts'
import type { Refusal } from '../../src-shared/drive.ts'
import { findWords } from './index.ts'

/** A failure in the language of the window, from its code and details; what has no words there stays as it came. */
export const wordFailure = ({ code, title, advice, details }: Failure) => ({
  title: findWords(`failures.${code}.title`, details) ?? title,
  explanation: findWords(`failures.${code}.explanation`) ?? '',
  advice: findWords(`failures.${code}.advice`, details) ?? advice,
})

/** What a rule says of a drive or an image in the language of the window. */
export const wordRefusal = ({ code, title, details }: Refusal): string =>
  findWords(`failures.${code}.title`, details) ?? title
