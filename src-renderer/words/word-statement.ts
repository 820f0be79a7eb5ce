import type { FailureDetails } from '../../src-shared/failure.ts'
import type { Proof } from '../../src-shared/job.ts'
import type { Receipt, Warning } from '../../src-shared/receipt.ts'
import { findWords, t } from './index.ts'
import { wordDetails } from './word-details.ts'
import { formatAgo, formatDate } from './units.ts'

/** A proof that was earned, as the core reported it. */
export interface Earned {
  statement: string
  details: FailureDetails
}

/** Returns the statement of a proof in the window's language. */
export function wordProof(proof: Proof, { statement, details }: Earned): string {
  const { from, signedAt } = details
  if (proof === 'signature')
    return (typeof signedAt === 'string' && wordSignature({ ...details, signedAt })) || statement
  return findWords(proof === 'sha256' ? `statements.sha256.${from}` : `statements.${proof}`) ?? statement
}

/**
 * Translates a warning. A warning of an old receipt has no details, so its original text is
 * returned.
 */
export function wordWarning({ code, message, details }: Warning): string {
  const { ageSeconds } = details
  const ago = typeof ageSeconds === 'number' && { ago: formatAgo(ageSeconds) }
  return findWords(`warnings.${code}`, { ...wordDetails(details), ...ago }) ?? message
}

/**
 * Returns the statement that a receipt proves. It is derived from facts that old receipts contain
 * too.
 */
export function wordReceipt({ job, drive, image, statement }: Receipt): string {
  const signature = image.signature ?? image.checksumFile?.signature
  const origin = signature
    ? wordSignature({ ...signature, ofList: image.signature === null })
    : image.origin === 'sha256'
      ? t('statements.origin.sha256')
      : t('statements.origin.none')
  if (job === 'download') return origin ?? statement
  // Only the metadata was compared if nothing of the file was read.
  if (job === 'verify')
    return image.size === null ? t('statements.compared.metadata') : `${t('statements.compared.image')} ${origin}`
  const written = findWords(`statements.written.${drive?.state}`)
  return written === null ? statement : `${written} ${origin}`
}

function wordSignature({ signedAt, ofList, ...details }: FailureDetails & { signedAt: string }): string | null {
  const proof = ofList === true ? 'signed-list' : 'signature'
  return findWords(`statements.${proof}.${details['signer'] === null ? 'nameless' : 'named'}`, {
    ...details,
    date: formatDate(signedAt),
  })
}
