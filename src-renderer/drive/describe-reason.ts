import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { findWords, t } from '../words/index.ts'

/** Returns the reason for refusing a drive, in a word or two. */
export const describeReason = (code: FailureCode): string =>
  findWords(`drives.reasons.${code}`) ?? t('drives.otherReason')
