import type { Failure } from '../../src-shared/failure.ts'
import type { Refusal } from '../../src-shared/drive.ts'
import { findWords } from './index.ts'
import { describeDetails } from './describe-details.ts'

/**
 * Translates a failure into the window's language, from its code and details. Parts without a
 * translation stay as they are.
 */
export function describeFailure({ code, title, advice, details }: Failure) {
  const values = describeDetails(details)
  const worded = findWords(`failures.${code}.advice`, values)
  const further = findWords(`failures.${code}.further`, values)
  return {
    title: findWords(`failures.${code}.title`, values) ?? title,
    explanation: findWords(`failures.${code}.explanation`) ?? '',
    advice: worded === null ? advice : [worded, further].filter(Boolean).join(' '),
  }
}

/** Translates a refusal of a drive or an image into the window's language. */
export const describeRefusal = ({ code, title, details }: Refusal): string =>
  findWords(`failures.${code}.title`, describeDetails(details)) ?? title
