import { createHash, type Hash } from 'node:crypto'
import { lstat, stat, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Drive } from '../../src-shared/drive.ts'
import { KindlingError, isProofFailure } from '../../src-shared/failure.ts'
import type { SaveSpec } from '../../src-shared/job.ts'
import { say, PhraseError } from '../../src-shared/phrases.ts'
import { plain } from '../../src-shared/plain.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { describeReceipt } from '../../src-shared/statements.ts'
import { outputExists, outputFailed } from '../files/output-failed.ts'
import { readTarget } from '../identify/read-at.ts'
import type { Ports } from '../ports.ts'
import { chooseCompression, openImageFile, type ImageFile } from '../save/image-file.ts'
import { measureContent } from '../save/measure-content.ts'
import { readSalvaging } from '../save/read-salvaging.ts'
import { removeSavedParts } from '../save/saved-part.ts'
import { isZero } from '../memory/is-zero.ts'
import { addExtent, cutExtents, type Extent } from '../write/extent.ts'
import type { RetryingTarget } from '../write/retrying-target.ts'
import { findDrive } from './choose-drive.ts'
import type { JobRun } from './job-run.ts'
import { openToRead } from './open-to-read.ts'

/**
 * Saves a drive to an image file. The drive is never written. The file has its final name only when
 * it is whole. A job continues the part that a stopped or failed one left.
 * @throws output-exists, output-failed, save-size-unknown, drive-reads-vary, and the failures of
 *   the drive
 */
export async function runSave(ports: Ports, spec: SaveSpec, run: JobRun): Promise<Receipt> {
  run.enter('prepare')
  const drive = await findDrive(ports, spec.drive, spec.identity)
  const path = resolve(spec.output)
  const packing = chooseCompression(path)
  await requirePlace(ports, drive, path, spec.replace ?? false)
  const target = await openToRead(ports, drive, run)
  try {
    const size = await measure(target, drive, spec.size ?? 'all', run)
    const file = await openImageFile(path, packing, { drive: drive.identity, size, replace: spec.replace ?? false })
    try {
      if (packing === null) await requireRoom(path, size - file.held)
      await requireElsewhere(ports, drive, file.unfinished, path)
      const unreadable: Extent[] | null = spec.keepGoing ? [] : null
      const { from, hash } = await compareHeld(target, file, size, run, unreadable)
      // The comparison was the second reading of the bytes before.
      const second = hash.copy()
      const sha256 = await hashDrive(target, { from, size }, run, unreadable, hash, (bytes) => file.write(bytes))
      for (const { offset, length } of unreadable ?? []) run.warn('bytes-unreadable', { offset, length })
      const packed = await file.end()
      const again = spec.verify ? await readAgain(target, { from, size }, run, unreadable, second, sha256) : null
      await file.putInPlace()
      // Another part may hold what this run could not read.
      if (!unreadable?.length) await removeSavedParts(path, drive.identity, size).catch(() => undefined)
      const found = { actual: sha256, expected: null, from: null }
      const { size: bytes, sha256: ofFile } = packed ?? { size, sha256 }
      const facts = {
        job: 'save' as const,
        image: {
          ...{ location: plain(path, 8192), fromCache: false, size: bytes, imageSize: size },
          ...{ stream: null, architecture: null, platform: null, format: null, release: null },
          sha256: { ...found, actual: ofFile },
          // An uncompressed image has only one hash.
          uncompressedSha256: packed && found,
          ...{ origin: 'none' as const, checksumFile: null, signature: null },
        },
        drive: {
          ...{ identity: drive.identity, state: 'untouched' as const, bytesWritten: 0, bytesSkipped: 0 },
          ...{ retries: target.retries, readBackSha256: again, pastCache: target.pastCache, firstBoot: null },
        },
      }
      const conclusion = run.conclude()
      return {
        ...facts,
        ...conclusion,
        files: [{ path, bytes, sha256: ofFile }],
        statement: describeReceipt({ ...facts, warnings: conclusion.warnings }),
      }
    } catch (error) {
      const left = isProofFailure(error) ? await file.discard() : await file.leave()
      if (left) run.warn('saved-part-kept', { path: left })
      throw error
    }
  } finally {
    await target.close().catch(() => undefined)
  }
}

/**
 * Checks that a file of this name may be made.
 * @throws output-failed
 */
async function requirePlace(ports: Ports, drive: Drive, path: string, replace: boolean): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (found !== null && !replace) throw outputExists(path)
  if (found !== null && !found.isFile()) throw outputFailed(path, new PhraseError(say('no-file')))
  await stat(dirname(path)).catch((error: unknown) => {
    throw outputFailed(path, error)
  })
  // A disk-image file may lie beside the output.
  if (drive.identity.kind === 'block') await requireElsewhere(ports, drive, dirname(path), path)
  if (found !== null) await requireElsewhere(ports, drive, path, path)
}

/**
 * Checks that a place is not stored on the drive.
 * @param path – file for messages
 * @throws output-failed
 */
async function requireElsewhere(ports: Ports, drive: Drive, place: string, path: string): Promise<void> {
  if (await ports.drives.overlaps(drive, place))
    throw outputFailed(path, new PhraseError(say('on-saved-drive', { drive: drive.name })))
}

/**
 * Checks that a raw image has room. A compressed one may need less than its drive.
 * @throws output-failed
 */
async function requireRoom(path: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path))
  if (bavail * bsize < needed)
    throw outputFailed(path, new PhraseError(say('no-room', { needed, available: bavail * bsize })))
}

/**
 * Returns the number of bytes to save.
 * @throws save-size-unknown
 */
async function measure(
  target: RetryingTarget,
  drive: Drive,
  wanted: NonNullable<SaveSpec['size']>,
  run: JobRun,
): Promise<number> {
  if (wanted === 'all') return target.size
  const content = await measureContent(readTarget(target, run.signal), target)
  const size = content[wanted]
  if (size === null) throw new KindlingError('save-size-unknown', { drive: drive.name })
  return size
}

/**
 * Begins to save, and compares the bytes that an earlier job saved with those of the drive.
 * @returns the offset from which on the file has to be written, and the hash of the bytes before
 */
async function compareHeld(
  target: RetryingTarget,
  file: ImageFile,
  size: number,
  run: JobRun,
  unreadable: Extent[] | null,
): Promise<{ from: number; hash: Hash }> {
  const { held } = file
  const start = () => {
    run.enter('save', size)
    run.setBottleneck(() => 'drive')
  }
  start()
  const hash = createHash('sha256')
  if (held === 0) return { from: 0, hash }
  run.warn('saved-part-found', { bytes: held })
  /** Ranges that the drive does not return now. */
  const failed: Extent[] | null = unreadable && []
  const kept: Extent[] = []
  let same = 0
  for await (const bytes of readSalvaging(target, 0, held, run.signal, failed)) {
    const gaps = (failed ?? []).flatMap(({ offset, length }) => {
      const [start, end] = [Math.max(offset, same), Math.min(offset + length, same + bytes.length)]
      return start < end ? [{ offset: start - same, length: end - start }] : []
    })
    if (!(await file.holdsNext(bytes, gaps))) break
    for (const { offset, length } of gaps) {
      const isGap = isZero(bytes.subarray(offset, offset + length))
      addExtent(isGap ? unreadable! : kept, same + offset, length)
    }
    hash.update(bytes)
    same += bytes.length
    run.advance(bytes.length)
  }
  const from = await file.keepFirst(same)
  if (unreadable !== null) cutExtents(unreadable, from)
  cutExtents(kept, from)
  for (const { offset, length } of kept) run.warn('bytes-kept', { offset, length })
  if (from === held) return { from, hash }
  run.warn('saved-part-differs', { from })
  if (from === same) return { from, hash }
  start()
  return { from, hash: createHash('sha256') }
}

/** Part of a drive, in bytes. */
interface Part {
  /** A multiple of the alignment. */
  from: number
  size: number
}

/** Reads the drive from an offset on, and returns the sha256 (hex) of all of it. */
async function hashDrive(
  target: RetryingTarget,
  { from, size }: Part,
  run: JobRun,
  unreadable: Extent[] | null,
  hash: Hash,
  write?: (bytes: Uint8Array) => Promise<void>,
): Promise<string> {
  for await (const bytes of readSalvaging(target, from, size, run.signal, unreadable)) {
    hash.update(bytes)
    await write?.(bytes)
    run.advance(bytes.length)
  }
  return hash.digest('hex')
}

/**
 * Reads the drive a second time.
 * @throws drive-reads-vary
 */
async function readAgain(
  target: RetryingTarget,
  { from, size }: Part,
  run: JobRun,
  unreadable: Extent[] | null,
  hash: Hash,
  expected: string,
): Promise<string> {
  run.enter('read-back', size - from)
  run.setBottleneck(() => 'drive')
  const actual = await hashDrive(target, { from, size }, run, unreadable && [], hash)
  if (actual !== expected) throw new KindlingError('drive-reads-vary', { expected, actual })
  return actual
}
