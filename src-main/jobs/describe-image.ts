import type { DriveState } from '../../src-shared/drive-state.ts'
import { plain } from '../../src-shared/plain.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { Found } from '../image/proof/proofs.ts'
import type { SignedBy } from '../image/proof/signature.ts'
import type { Source, SourcePlan } from '../image/source.ts'
import type { Trust } from '../image/proof/trust.ts'

/**
 * Returns the image's part of a receipt.
 * @param file – size and hash of the file as published; null if it was not read
 * @param raw – size and hash of the raw image; null if it was not decoded
 */
export function describeImage(
  plan: SourcePlan,
  trust: Trust,
  source: Pick<Source, 'fromCache'>,
  file: Found | null,
  raw: Found | null,
): Receipt['image'] {
  const compare = (found: Found | null, expected: SourcePlan['sha256']) =>
    found && { actual: found.sha256, expected: expected?.value ?? null, from: expected?.from ?? null }
  return {
    location: plain(plan.location, 8192),
    stream: plan.artifact?.stream ?? null,
    architecture: plan.artifact?.architecture ?? null,
    platform: plan.artifact?.platform ?? null,
    format: plan.artifact?.format ?? null,
    release: plan.artifact?.release ?? null,
    fromCache: source.fromCache,
    size: file?.size ?? null,
    imageSize: raw?.size ?? null,
    sha256: compare(file, plan.sha256),
    // An uncompressed image has only one hash.
    uncompressedSha256: raw?.sha256 === file?.sha256 ? null : compare(raw, plan.uncompressedSha256),
    origin: trust.origin,
    checksumFile: plan.checksumFile
      ? {
          location: plain(plan.checksumFile.location, 8192),
          signature: plan.checksumFile.signature?.signedBy ?? null,
        }
      : null,
    signature: trust.signature?.signedBy ?? null,
  }
}

/** Returns one sentence on the origin of the image. */
export function describeOrigin(trust: Trust): string {
  if (trust.origin === 'sha256') return 'The image has the sha256 that was given; no signature was checked.'
  if (trust.signature !== null) return `The image is ${describeSigner(trust.signature.signedBy)}`
  if (trust.list) return `The image has the sha256 in a list that is ${describeSigner(trust.list.signedBy)}`
  return 'Nothing proves where the image comes from.'
}

const describeSigner = ({ signer, fingerprint, signedAt }: SignedBy): string =>
  `signed by ${signer ?? 'the key'} (${fingerprint}) on ${signedAt.slice(0, 10)}.`

/** Returns one sentence on the contents of the drive after a write. */
export function describeWritten(state: DriveState): string {
  return state === 'proved'
    ? 'The drive holds the image: every byte was read back after it was written.'
    : 'Every byte was handed to the drive; it was not read back.'
}
