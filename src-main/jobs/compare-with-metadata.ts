import { createHash } from 'node:crypto'
import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import type { ImageMeasure } from '../image/decode/measure-image.ts'
import { startFileProofs } from '../image/proof/proofs.ts'
import type { Trust } from '../image/proof/trust.ts'
import { readImage } from '../image/read-image.ts'
import type { SourcePlan } from '../image/source/source.ts'
import { compareDrive, type Difference } from '../write/compare-drive.ts'
import { readDrive } from '../write/read-drive.ts'
import type { Target } from '../write/target.ts'
import { differs, type Comparison, type Verified } from './comparison.ts'
import { describeImage } from './describe-image.ts'
import type { JobRun } from './job-run.ts'

/** Size and hash of a raw image. */
export interface Stated {
  size: number
  sha256: string
}

/**
 * Returns the size and hash of the raw image, if the stream's metadata and the file's index state
 * them.
 */
export function stateFromMetadata(plan: SourcePlan, measure: ImageMeasure): Stated | null {
  if (plan.artifact === null || measure.imageSize === null) return null
  const sha256 = measure.compression === null ? plan.sha256 : plan.uncompressedSha256
  return sha256 === null ? null : { size: measure.imageSize, sha256: sha256.value }
}

/**
 * Compares the hash of a drive with that of the image in the metadata.
 * @throws verify-mismatch, drive-reads-vary, and the failures of the drive
 */
export async function compareWithMetadata(comparison: Comparison, stated: Stated): Promise<Verified> {
  const { plan, source, drive, target, run } = comparison
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
      ? await findDifference(comparison)
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

/** Finds the position of the difference, by comparing the drive with the cached image. */
async function findDifference({ plan, source, measure, target, run }: Comparison): Promise<Difference | null> {
  const trust: Trust = { origin: 'none', signature: null }
  const image = readImage(
    // The image may not be read to the end, where its hash would be checked. So the check of each
    // block is used.
    { ...plan, uncompressedSha256: null },
    source,
    { chunks: source.chunks, proofs: startFileProofs(plan, trust) },
    { compression: measure.compression, signal: run.signal },
  )
  try {
    return await compareDrive(target, image.pieces, run.signal, (bytes) => run.advance(bytes))
  } catch {
    // A damaged copy in the cache cannot show the difference.
    return null
  } finally {
    await image.end()
  }
}
