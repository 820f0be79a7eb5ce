import { KindlingError } from '../../src-shared/failure.ts'
import type { JobSpec } from '../../src-shared/job.ts'
import { say } from '../../src-shared/phrases.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { describeReceipt } from '../../src-shared/statements.ts'
import { restoreOriginals } from '../first-boot/restore-originals.ts'
import { measureImage } from '../image/decode/measure-image.ts'
import { openSource } from '../image/open-source.ts'
import type { Ports } from '../ports.ts'
import { findDrive } from './choose-drive.ts'
import { compareWithImage } from './compare-with-image.ts'
import { compareWithMetadata, stateFromMetadata } from './compare-with-metadata.ts'
import type { Comparison } from './comparison.ts'
import { explainDifference, findCustomised, readGivenReceipt } from './customised-drive.ts'
import type { JobRun } from './job-run.ts'
import { openToRead } from './open-to-read.ts'
import { planJob } from './plan-job.ts'
import { tellRetries } from './tell-retries.ts'

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
  const given = await readGivenReceipt(spec.receipt)
  const source = await openSource(ports, plan, run.signal)
  const measure = await measureImage(source, plan.name, run.signal, { memory: plan.memory })

  const opened = await openToRead(ports, drive, run)
  try {
    const expected = measure.compression === null ? plan.sha256 : plan.uncompressedSha256
    const wanted = { given, image: spec.source.image, drive: drive.name, expected: expected?.value ?? null }
    const customised = await findCustomised(ports, wanted, opened, run)
    const target = customised === null ? opened : restoreOriginals(opened, customised.places)
    const comparison: Comparison = { plan, source, measure, drive: drive.name, target, run }
    const stated = stateFromMetadata(plan, measure)
    const verified = await (
      stated === null ? compareWithImage(ports, comparison) : compareWithMetadata(comparison, stated)
    ).catch(async (error: unknown) => {
      throw customised === null ? await explainDifference(error, opened, run) : error
    })
    const { readBackSha256, image } = verified
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
