import { createHash } from 'node:crypto'
import { KindlingError, type FailureDetails } from '../../src-shared/failure.ts'
import type { JobSpec, SourceSpec } from '../../src-shared/job.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { say } from '../../src-shared/phrases.ts'
import { describeReceipt } from '../../src-shared/statements.ts'
import { refuseForeign } from '../image/decode/refuse-foreign.ts'
import { measureImage, type ImageMeasure } from '../image/decode/measure-image.ts'
import { areSettable, findChangedAgain, findKeptReceipt, restoreOriginals } from '../first-boot/restore-originals.ts'
import { findLiveChanges } from '../first-boot/live-changes.ts'
import { readReceiptFile, type Customised, type FirstBootReceipt } from '../first-boot/read-receipt.ts'
import { openRegularFile } from '../files/regular-file.ts'
import { readTarget, type ReadAt } from '../identify/read-at.ts'
import { readHints } from '../identify/read-hints.ts'
import { openSource } from '../image/open-source.ts'
import { startFileProofs, startImageProofs } from '../image/proof/proofs.ts'
import { readImage, watchBottleneck } from '../image/read-image.ts'
import type { Source, SourcePlan } from '../image/source.ts'
import { peekHead } from '../image/decode/peek-head.ts'
import { readTrust, type Trust } from '../image/proof/trust.ts'
import type { Ports } from '../ports.ts'
import { compareDrive, type Difference } from '../write/compare-drive.ts'
import type { RetryingTarget } from '../write/retrying-target.ts'
import { readDrive } from '../write/read-drive.ts'
import type { Target } from '../write/target.ts'
import { findDrive } from './choose-drive.ts'
import { describeImage } from './describe-image.ts'
import type { JobRun } from './job-run.ts'
import { openToRead } from './open-to-read.ts'
import { planJob } from './plan-job.ts'
import { earnFileProofs } from './open-proved-source.ts'
import { tellRetries } from './tell-retries.ts'

/** The part of a receipt that the run does not provide. */
type Verdict = Pick<Receipt, 'image'> & { readBackSha256: string }

/**
 * Proves that a drive holds an image. The drive is never written.
 *
 * Places that a first boot changed are compared with its receipt, and read as the image's bytes.
 * These are only a claim of the receipt, until the hash of the whole image proves them.
 *
 * Against a stream, no image is downloaded if the metadata state the hash of the raw bytes and the
 * size can be determined. Otherwise the image is read and compared byte by byte.
 * @throws verify-mismatch, drive-booted, receipt-unusable, receipt-of-another-image,
 *   first-boot-changed, and the failures of image and drive
 */
export async function runVerify(
  world: Ports,
  spec: Extract<JobSpec, { job: 'verify' }>,
  run: JobRun,
): Promise<Receipt> {
  const ports = tellRetries(world, run)
  run.enter('prepare')
  const drive = await findDrive(ports, spec.drive, spec.identity)
  const plans = await planJob(ports, spec.source, run)
  const plan = plans[0]!
  if (plans.length > 1)
    throw new KindlingError('verify-impossible', {
      drive: drive.name,
      reason: say('several-files', { format: plan.artifact?.format ?? '', count: plans.length }),
    })
  const given = spec.receipt === undefined ? null : { file: spec.receipt, receipt: await readReceiptFile(spec.receipt) }
  const source = await openSource(ports, plan, run.signal)
  const measure = await measureImage(source, plan.name, run.signal, { memory: plan.memory })

  const opened = await openToRead(ports, drive, run)
  try {
    const expected = measure.compression === null ? plan.sha256 : plan.uncompressedSha256
    const customised: Customised | null =
      given === null
        ? ((await findKeptReceipt(ports.paths.state, opened, run.signal)) ??
          (await findUntold(spec.source.image, opened, run)))
        : await requireReceipt(given, expected?.value ?? null, drive.name, opened, run)
    const target = customised === null ? opened : restoreOriginals(opened, customised.places)
    const stated = stateFromMetadata(plan, measure)
    const verdict = await (
      stated === null
        ? compareWithImage(ports, plan, source, measure, drive.name, target, run)
        : compareWithMetadata(plan, source, measure, stated, drive.name, target, run)
    ).catch(async (error: unknown) => {
      throw customised === null ? await explainDifference(error, opened, run) : error
    })
    const { readBackSha256, image } = verdict
    run.earn('read-back')
    const firstBoot = customised?.done ?? null
    const { retries, pastCache } = opened
    const onDrive: Receipt['drive'] = {
      identity: drive.identity,
      state: 'untouched',
      bytesWritten: 0,
      bytesSkipped: 0,
      retries,
      readBackSha256,
      pastCache,
      firstBoot,
    }
    return {
      job: 'verify',
      ...run.conclude(),
      image,
      files: [],
      statement: describeReceipt({ job: 'verify', drive: onDrive, image }),
      drive: onDrive,
    }
  } finally {
    await opened.close().catch(() => undefined)
  }
}

/**
 * Checks that a receipt is about this image and this drive.
 * @param expected – hash of the raw image; null if only reading the image can tell
 * @throws receipt-of-another-image, first-boot-changed, receipt-unusable, and the failures of the
 *   drive
 */
async function requireReceipt(
  { file, receipt }: { file: string; receipt: FirstBootReceipt },
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
async function explainDifference(error: unknown, target: Target, { signal }: JobRun): Promise<unknown> {
  if (!(error instanceof KindlingError) || error.code !== 'verify-mismatch') return error
  const hints = await readHints(readTarget(target, signal)).catch(() => [])
  if (hints.some((hint) => hint.hint === 'partitions' && hint.booted === true))
    return KindlingError.revive({ code: 'drive-booted', details: error.details }, { cause: error })
  const files = hints.flatMap((hint) => (hint.hint === 'first-boot' ? hint.files : []))
  if (files.length === 0) return error
  const details = { ...error.details, firstBoot: files.join(', ') }
  return KindlingError.revive({ code: error.code, details }, { cause: error })
}

interface Stated {
  size: number
  sha256: string
}

/**
 * Returns the size and hash of the raw image, if the stream's metadata and the file's index state
 * them.
 */
function stateFromMetadata(plan: SourcePlan, measure: ImageMeasure): Stated | null {
  if (plan.artifact === null || measure.imageSize === null) return null
  const sha256 = measure.compression === null ? plan.sha256 : plan.uncompressedSha256
  return sha256 === null ? null : { size: measure.imageSize, sha256: sha256.value }
}

async function compareWithMetadata(
  plan: SourcePlan,
  source: Source,
  measure: ImageMeasure,
  stated: Stated,
  drive: string,
  target: Target,
  run: JobRun,
): Promise<Verdict> {
  if (target.size < stated.size)
    throw new KindlingError('verify-mismatch', {
      drive,
      reason: say('sizes-differ', { size: target.size, imageSize: stated.size }),
    })
  run.enter('read-back', stated.size)
  run.setBottleneck(() => 'drive')
  const actual = await hashDrive(target, stated.size, run)
  if (actual !== stated.sha256) {
    run.enter('read-back', stated.size)
    const difference = source.local
      ? await findDifference(plan, source, measure, target, run)
      : await hashesVary(target, stated.size, actual, run)
    throw differs(drive, difference, { expected: stated.sha256, actual })
  }
  const trust: Trust = { origin: 'none', signature: null }
  return {
    image: {
      ...describeImage(plan, trust, source, null, null),
      imageSize: stated.size,
      uncompressedSha256: { actual, expected: stated.sha256, from: 'stream' },
    },
    readBackSha256: actual,
  }
}

/** Returns the sha256 (hex) of the first `size` bytes of the drive. */
async function hashDrive(target: Target, size: number, run: JobRun, blockSize?: number): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of readDrive(target, 0, size, run.signal, undefined, blockSize)) {
    hash.update(bytes)
    run.advance(bytes.length)
  }
  return hash.digest('hex')
}

/**
 * Reads a drive again, in smaller reads. Without the image, the bytes that differ cannot be
 * located.
 * @param before – sha256 of the previous reading
 */
async function hashesVary(target: Target, size: number, before: string, run: JobRun): Promise<{ varies: boolean }> {
  try {
    return { varies: (await hashDrive(target, size, run, 512 * 1024)) !== before }
  } catch {
    // The job was cancelled, or the drive cannot be read any more: the difference remains true.
    return { varies: false }
  }
}

/**
 * Creates the failure for a drive that differs.
 * @param found – position of the difference; null if unknown
 */
function differs(drive: string, found: Partial<Difference> | null, details: FailureDetails = {}): KindlingError {
  const { first, last, bytes } = found ?? {}
  return new KindlingError(found?.varies ? 'drive-reads-vary' : 'verify-mismatch', {
    drive,
    ...details,
    ...(first !== undefined && { firstDifference: first }),
    ...(bytes !== undefined && bytes > 0 && { lastDifference: last, differing: bytes }),
  })
}

/** Finds the position of the difference, by comparing the drive with the cached image. */
async function findDifference(
  plan: SourcePlan,
  source: Source,
  measure: ImageMeasure,
  target: Target,
  run: JobRun,
): Promise<Difference | null> {
  const trust: Trust = { origin: 'none', signature: null }
  const file = startFileProofs(plan, trust)
  const image = readImage(source, source.chunks, {
    compression: measure.compression,
    // The image may not be read to the end, where its hash would be checked. So the check of each
    // block is used.
    proofs: { file, image: startImageProofs({ uncompressedSha256: null }) },
    memory: plan.memory,
    signal: run.signal,
  })
  try {
    return await compareDrive(target, image.pieces, run.signal, (bytes) => run.advance(bytes))
  } catch {
    // A damaged copy in the cache cannot show the difference.
    return null
  } finally {
    await image.end()
  }
}

async function compareWithImage(
  ports: Ports,
  plan: SourcePlan,
  source: Source,
  measure: ImageMeasure,
  drive: string,
  target: RetryingTarget,
  run: JobRun,
): Promise<Verdict> {
  // Comparing with an unsigned image does no harm: the receipt says that nothing proves its origin.
  const trust = await readTrust(ports, { ...plan, insecure: plan.insecure || plan.artifact === null }, run.signal)
  const fileProofs = startFileProofs(plan, trust)
  const imageProofs = startImageProofs(plan)
  const image = readImage(source, source.chunks, {
    compression: measure.compression,
    proofs: { file: fileProofs, image: imageProofs },
    memory: plan.memory,
    signal: run.signal,
  })
  try {
    run.enter('read-back', measure.imageSize)
    run.setBottleneck(
      watchBottleneck(() => image),
      () => ({ ...image.moved(), drive: target.moved }),
    )
    const { head, pieces } = await peekHead(image.pieces, 4096)
    refuseForeign(plan.name, head)
    const difference = await compareDrive(target, pieces, run.signal, (bytes) => run.advance(bytes))
    if (difference !== null) throw differs(drive, difference)
    const file = await fileProofs.conclude()
    const raw = await imageProofs.conclude()
    earnFileProofs(plan, trust, run)
    return {
      image: describeImage(plan, trust, source, file, raw),
      readBackSha256: raw.sha256,
    }
  } finally {
    await image.end()
  }
}
