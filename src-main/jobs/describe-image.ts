import { plain } from '../../src-shared/plain.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { FileDigest } from '../image/proof/proofs.ts'
import type { Source, SourcePlan } from '../image/source/source.ts'
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
  file: FileDigest | null,
  raw: FileDigest | null,
): Receipt['image'] {
  const compare = (found: FileDigest | null, expected: SourcePlan['sha256']) =>
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
