import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { findWords, t } from '../words/index.ts'

/** A refusal of a drive in a word or two. */
export const wordReason = (code: FailureCode): string => findWords(`drives.reasons.${code}`) ?? t('drives.otherReason')
