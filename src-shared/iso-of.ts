import type { SourceSpec } from './job.ts'

export const isoFormat = 'iso'

/**
 * Returns the live ISO of the same release, which is smaller than the image of an installed system.
 * The proofs of one file are not those of another, so only the trusted keys are kept.
 * @returns null if the source is not an image of a stream, or is its ISO already
 */
export function isoOf({ image, keyring, streamBaseUrl }: SourceSpec): SourceSpec | null {
  if (image.kind !== 'stream' || image.format === isoFormat) return null
  return { image: { ...image, format: isoFormat }, keyring, streamBaseUrl, fetchRetries: 0 }
}
