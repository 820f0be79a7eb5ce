import type { Failure } from '../../src-shared/failure.ts'
import type { Refusal } from '../../src-shared/drive.ts'
import { findWords } from './index.ts'
import { wordDetails } from './word-details.ts'

/** A failure in the language of the window, from its code and details; what has no words there stays as it came. */
export function wordFailure({ code, title, advice, details }: Failure) {
  const values = wordDetails(details)
  return {
    title: findWords(`failures.${code}.title`, values) ?? title,
    explanation: findWords(`failures.${code}.explanation`) ?? '',
    advice: findWords(`failures.${code}.advice`, values) ?? advice,
  }
}

/** What a rule says of a drive or an image in the language of the window. */
export const wordRefusal = ({ code, title, details }: Refusal): string =>
  findWords(`failures.${code}.title`, wordDetails(details)) ?? title
