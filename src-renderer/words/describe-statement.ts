import type { FailureDetails } from '../../src-shared/failure.ts'
import type { Proof } from '../../src-shared/job.ts'
import type { Receipt, Warning } from '../../src-shared/receipt.ts'
import { stateProof, stateReceipt, type Statement } from '../../src-shared/statements.ts'
import { findWords } from './index.ts'
import { describeDetails } from './describe-details.ts'
import { formatAgo, formatDate } from './units.ts'

/** A proof that was earned, as the core reported it. */
export interface Earned {
  statement: string
  details: FailureDetails
}

/** Returns the statement of a proof in the window's language. */
export const describeProof = (proof: Proof, { statement, details }: Earned): string =>
  describeStatement(stateProof(proof, details)) ?? statement

/**
 * Translates a warning. A warning of an old receipt has no details, so its original text is
 * returned.
 */
export function describeWarning({ code, message, details }: Warning): string {
  const { ageSeconds } = details
  const ago = typeof ageSeconds === 'number' && { ago: formatAgo(ageSeconds) }
  return findWords(`warnings.${code}`, { ...describeDetails(details), ...ago }) ?? message
}

/** Returns the statement that a receipt proves, in the window's language. */
export const describeReceipt = (receipt: Receipt): string =>
  stateReceipt(receipt)
    .map((each) => describeStatement(each))
    .join(' ')

function describeStatement({ code, values }: Statement): string | null {
  const { signedAt } = values
  const date = typeof signedAt === 'string' ? formatDate(signedAt) : null
  return findWords(`statements.${code}`, { ...values, date })
}
