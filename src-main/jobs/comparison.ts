import { KindlingError, type FailureDetails } from '../../src-shared/failure.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { ImageMeasure } from '../image/decode/measure-image.ts'
import type { Source, SourcePlan } from '../image/source/source.ts'
import type { Difference } from '../write/compare-drive.ts'
import type { RetryingTarget } from '../write/retrying-target.ts'
import type { JobRun } from './job-run.ts'

/** An image and a drive that shall hold it. */
export interface Comparison {
  plan: SourcePlan
  source: Source
  measure: ImageMeasure
  /** Name of the drive for messages. */
  drive: string
  target: RetryingTarget
  run: JobRun
}

/** The part of a receipt that the run does not provide. */
export type Verified = Pick<Receipt, 'image'> & { readBackSha256: string }

/**
 * Creates the failure for a drive that differs.
 * @param found – position of the difference; null if unknown
 */
export function differs(drive: string, found: Partial<Difference> | null, details: FailureDetails = {}): KindlingError {
  const { first, last, bytes } = found ?? {}
  return new KindlingError(found?.varies ? 'drive-reads-vary' : 'verify-mismatch', {
    drive,
    ...details,
    ...(first !== undefined && { firstDifference: first }),
    ...(bytes !== undefined && bytes > 0 && { lastDifference: last, differing: bytes }),
  })
}
