import type { SourceSpec } from '../../src-shared/job.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { openRegularFile } from '../files/regular-file.ts'
import { findLiveChanges } from '../first-boot/live-changes.ts'
import { readReceiptFile, type Customised, type FirstBootReceipt } from '../first-boot/read-receipt.ts'
import { areSettable, findChangedAgain, findKeptReceipt } from '../first-boot/restore-originals.ts'
import { readTarget, type ReadAt } from '../identify/read-at.ts'
import { readHints } from '../identify/read-hints.ts'
import type { Ports } from '../ports.ts'
import type { RetryingTarget } from '../write/retrying-target.ts'
import type { Target } from '../write/target.ts'
import type { JobRun } from './job-run.ts'

/** A receipt that the user gave. */
export interface GivenReceipt {
  file: string
  receipt: FirstBootReceipt
}

export const readGivenReceipt = async (file: string | undefined): Promise<GivenReceipt | null> =>
  file === undefined ? null : { file, receipt: await readReceiptFile(file) }

/**
 * Finds out how a first boot was set up on a drive: by the receipt given, by one that was kept, or
 * by the settings of a live ISO that no receipt tells of.
 * @param expected – hash of the raw image; null if only reading the image can tell
 * @returns null if the drive has no setup that is known
 * @throws receipt-of-another-image, first-boot-changed, receipt-unusable, and the failures of the
 *   drive
 */
export async function findCustomised(
  { paths }: Ports,
  {
    given,
    image,
    drive,
    expected,
  }: {
    given: GivenReceipt | null
    image: SourceSpec['image']
    drive: string
    expected: string | null
  },
  target: RetryingTarget,
  run: JobRun,
): Promise<Customised | null> {
  if (given !== null) return requireReceipt(given, expected, drive, target, run)
  return (await findKeptReceipt(paths.state, target, run.signal)) ?? (await findUntold(image, target, run))
}

/**
 * Checks that a receipt is about this image and this drive.
 * @param expected – hash of the raw image; null if only reading the image can tell
 * @throws receipt-of-another-image, first-boot-changed, receipt-unusable, and the failures of the
 *   drive
 */
async function requireReceipt(
  { file, receipt }: GivenReceipt,
  expected: string | null,
  drive: string,
  target: RetryingTarget,
  { signal }: JobRun,
): Promise<FirstBootReceipt> {
  const actual = receipt.imageSha256
  if (expected !== null && actual !== expected.toLowerCase())
    throw new KindlingError('receipt-of-another-image', { file, actual, expected })
  const offset = await findChangedAgain(target, receipt.places, signal)
  if (offset !== null) throw new KindlingError('first-boot-changed', { drive, offset })
  if (!(await areSettable(target, receipt.places, signal)))
    throw new KindlingError('receipt-unusable', { file, reason: say('receipt-damaged') })
  return receipt
}

/**
 * Finds the settings of a live ISO that no receipt tells of. An image file with settings of its own
 * is compared with them.
 */
async function findUntold(
  image: SourceSpec['image'],
  target: RetryingTarget,
  { signal }: JobRun,
): Promise<Customised | null> {
  const found = await findLiveChanges(readTarget(target, signal))
  if (found === null || image.kind !== 'file') return found
  const file = await openRegularFile(image.path)
  try {
    const { size } = await file.stat()
    const read: ReadAt = async (offset, length) => {
      if (!(offset >= 0 && offset + length <= size)) throw new RangeError(`${length} bytes from byte ${offset}`)
      const bytes = Buffer.alloc(length)
      await file.read(bytes, 0, length, offset)
      return bytes
    }
    return (await findLiveChanges(read)) === null ? found : null
  } finally {
    await file.close()
  }
}

/**
 * Explains the failure of a drive that differs: it has booted, or its first boot is set up. Other
 * failures stay as they are.
 */
export async function explainDifference(error: unknown, target: Target, { signal }: JobRun): Promise<unknown> {
  if (!(error instanceof KindlingError) || error.code !== 'verify-mismatch') return error
  const hints = await readHints(readTarget(target, signal)).catch(() => [])
  if (hints.some((hint) => hint.hint === 'partitions' && hint.booted === true))
    return KindlingError.revive({ code: 'drive-booted', details: error.details }, { cause: error })
  const files = hints.flatMap((hint) => (hint.hint === 'first-boot' ? hint.files : []))
  if (files.length === 0) return error
  const details = { ...error.details, firstBoot: files.join(', ') }
  return KindlingError.revive({ code: error.code, details }, { cause: error })
}
