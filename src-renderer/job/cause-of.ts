import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import type { Failure } from '../../src-shared/failure.ts'

/** Failures that reject the image: the same bytes from the same source would fail again. */
const rejections: ReadonlySet<string> = new Set<FailureCode>([
  'signature-malformed',
  'signature-bad',
  'signature-expired',
  'signature-weak',
  'key-not-pinned',
  'key-unknown',
  'key-expired',
  'key-revoked',
  'key-unusable',
  'image-is-another',
  'sha256-mismatch',
  'uncompressed-sha256-mismatch',
  'checksums-differ',
  'image-truncated',
  'image-corrupt',
  'image-trailing',
  'image-metadata-appended',
  'image-size-differs',
])

/** Failures of an image whose first boot cannot be set up. */
const unsuitable: ReadonlySet<string> = new Set<FailureCode>([
  'first-boot-unsupported',
  'first-boot-unreadable',
  'first-boot-no-room',
])

/**
 * The cause of a failed job, as far as the page treats it in a way of its own:
 * - stopped: the user stopped the job or declined a question
 * - rejected: the image must not be used
 * - differs: the drive does not match the image
 * - unsuitable: the first boot cannot be set up on this image, however often it is tried
 * - booted: it does not because it has booted, as every drive does that was used
 */
export function causeOf({ code }: Failure): 'stopped' | 'rejected' | 'unsuitable' | 'differs' | 'booted' | 'other' {
  if (code === 'interrupted' || code === 'declined') return 'stopped'
  if (rejections.has(code)) return 'rejected'
  if (unsuitable.has(code)) return 'unsuitable'
  if (code === 'drive-booted') return 'booted'
  return code === 'verify-mismatch' ? 'differs' : 'other'
}
