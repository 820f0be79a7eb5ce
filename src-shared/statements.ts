import type { FailureDetails } from './failure.ts'
import type { Proof } from './job.ts'
import type { Receipt } from './receipt.ts'
import { fillIn } from './values-in.ts'

/**
 * Statements of what jobs proved: a code for each, with its English text. `{name}` is replaced by a
 * value, `{date}` by the day of the signature. The window has the same codes in its other
 * languages.
 */
export const statements = {
  'sha256-of-stream': 'The file matches the SHA-256 that the stream publishes.',
  'sha256-given': 'The file matches the SHA-256 that you gave.',
  signature: 'The image is signed by {signer} ({fingerprint}) on {date}.',
  'signature-nameless': 'The image is signed by the key {fingerprint} on {date}.',
  'signed-list': 'The image matches a list of sums, signed by {signer} ({fingerprint}) on {date}.',
  'signed-list-nameless': 'The image matches a list of sums, signed by the key {fingerprint} on {date}.',
  'uncompressed-sha256': 'The decompressed image matches the SHA-256 that the stream publishes.',
  'read-back': 'The drive returned every byte of the image.',
  'first-boot': 'The first-boot setup is on the drive: Kindling read it back and found it again.',
  proved: 'The drive matches the image: Kindling read every byte back after writing it.',
  'first-boot-set-up':
    'The drive matches the image: Kindling read every byte back after writing it. Then it set up the first boot and read that back, too.',
  'written-not-read-back': 'Every byte was written to the drive, and not read back.',
  saved: 'The file has the data that the drive returned.',
  'saved-twice': 'The file has the data that the drive returned, twice the same.',
  'saved-with-gaps': 'Where the drive could not be read, the file has zeros.',
  'metadata-compared': 'The drive matches Fedora’s published hash. The signature was not checked.',
  'image-compared': 'The drive matches the image, compared byte by byte.',
  'first-boot-apart': 'Only its first-boot setup differs, on purpose: it matches the receipt of the write.',
  'first-boot-untold':
    'Only the settings in the areas that a live ISO reserves for them differ. They are in no receipt.',
  'sha256-alone': 'The image matches the SHA-256 that you gave. The signature was not checked.',
  'no-origin': 'The origin of the image is unknown: no signature was checked.',
} as const

export interface Statement {
  code: keyof typeof statements
  /** Values in the text. `signedAt` (ISO 8601) stands for `{date}`. */
  values: FailureDetails
}

type Signature = NonNullable<Receipt['image']['signature']>

/** Facts of each proof. `ofList`: the signature is that of a list of checksums. */
interface Facts {
  signature: [Signature & { ofList: boolean }]
  sha256: [{ from: 'stream' | 'person' }]
  'uncompressed-sha256': []
  'read-back': []
  'first-boot': []
}
/** Reports a proof. */
export type Earn = <Earned extends Proof>(proof: Earned, ...facts: Facts[Earned]) => void

/** Returns the statement of a proof. */
export function stateProof(proof: Proof, facts: FailureDetails): Statement {
  if (proof === 'signature') return stateSignature(facts)
  if (proof !== 'sha256') return { code: proof, values: {} }
  return { code: facts['from'] === 'person' ? 'sha256-given' : 'sha256-of-stream', values: {} }
}

/** Returns the statements of a receipt, from facts that old receipts contain too. */
export function stateReceipt({
  job,
  drive,
  image,
  warnings = [],
}: Pick<Receipt, 'job' | 'drive' | 'image'> & Partial<Pick<Receipt, 'warnings'>>): Statement[] {
  if (job === 'save') {
    const hasGaps = warnings.some(({ code }) => code === 'bytes-unreadable')
    return [
      { code: drive?.readBackSha256 ? 'saved-twice' : 'saved', values: {} },
      ...(hasGaps ? [{ code: 'saved-with-gaps' as const, values: {} }] : []),
    ]
  }
  const signature = image.signature ?? image.checksumFile?.signature
  const origin: Statement = signature
    ? stateSignature({ ...signature, ofList: image.signature === null })
    : { code: image.origin === 'sha256' ? 'sha256-alone' : 'no-origin', values: {} }
  if (job === 'download') return [origin]
  // Only the metadata was compared if nothing of the file was read.
  if (job === 'verify') {
    const code = drive?.firstBoot?.hasReceipt ? 'first-boot-apart' : 'first-boot-untold'
    const apart: Statement[] = drive?.firstBoot ? [{ code, values: {} }] : []
    return image.size === null
      ? [{ code: 'metadata-compared', values: {} }, ...apart]
      : [{ code: 'image-compared', values: {} }, ...apart, origin]
  }
  const written = drive?.firstBoot ? 'first-boot-set-up' : 'proved'
  return [{ code: drive?.state === 'proved' ? written : 'written-not-read-back', values: {} }, origin]
}

function stateSignature({ ofList, ...values }: FailureDetails): Statement {
  const code = ofList === true ? 'signed-list' : 'signature'
  return { code: values['signer'] === null ? `${code}-nameless` : code, values }
}

/** Returns a statement in English. */
const describeStatement = ({ code, values }: Statement): string =>
  fillIn(statements[code], { ...values, date: String(values['signedAt']).slice(0, 10) })

/** Returns the statement of a proof in English. */
export const describeProof = (...proof: Parameters<typeof stateProof>): string =>
  describeStatement(stateProof(...proof))

/** Returns the statements of a receipt in English. */
export const describeReceipt = (facts: Parameters<typeof stateReceipt>[0]): string =>
  stateReceipt(facts).map(describeStatement).join(' ')
