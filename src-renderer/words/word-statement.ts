import type { FailureDetails } from '../../src-shared/failure.ts'
import type { Proof } from '../../src-shared/job.ts'
import type { Receipt, Warning } from '../../src-shared/receipt.ts'
import { stateProof, stateReceipt, type Statement } from '../../src-shared/statements.ts'
import { findWords } from './index.ts'
import { wordDetails } from './word-details.ts'
import { formatAgo, formatDate } from './units.ts'

/** A proof that was earned, as the core reported it. */
export interface Earned {
  statement: string
  details: FailureDetails
}

/** Returns the statement of a proof in the window's language. */
export const wordProof = (proof: Proof, { statement, details }: Earned): string =>
  wordStatement(stateProof(proof, details)) ?? statement

/**
 * Translates a warning. A warning of an old receipt has no details, so its original text is
 * returned.
 */
export function wordWarning({ code, message, details }: Warning): string {
  const { ageSeconds } = details
  const ago = typeof ageSeconds === 'number' && { ago: formatAgo(ageSeconds) }
  return findWords(`warnings.${code}`, { ...wordDetails(details), ...ago }) ?? message
}

/** Returns the statement that a receipt proves, in the window's language. */
export const wordReceipt = (receipt: Receipt): string =>
  stateReceipt(receipt)
    .map((each) => wordStatement(each))
    .join(' ')

function wordStatement({ code, values }: Statement): string | null {
  const { signedAt } = values
  const date = typeof signedAt === 'string' ? formatDate(signedAt) : null
  return findWords(`statements.${code}`, { ...values, date })
}
