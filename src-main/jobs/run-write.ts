import { createHash } from 'node:crypto'
import type { Drive } from '../../src-shared/drive.ts'
import type { DriveState } from '../../src-shared/drive-state.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import type { JobSpec } from '../../src-shared/job.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { detectSectorSize, isIso, refuseContainer } from '../image/detect-kind.ts'
import { measureImage } from '../image/measure-image.ts'
import { bytesOf } from '../image/bytes-of.ts'
import type { Piece } from '../image/piece.ts'
import { startImageProofs } from '../image/proofs.ts'
import { readImage } from '../image/read-image.ts'
import { peekHead } from '../image/peek-head.ts'
import { readTrust } from '../image/trust.ts'
import type { Ports } from '../ports.ts'
import { clearEnds, heldBack, requireCleared, writeHead } from '../write/hold-back.ts'
import { readDrive } from '../write/read-back.ts'
import type { Target } from '../write/target.ts'
import { roundUp, writeBody } from '../write/write-body.ts'
import { findWritableDrive, requireRoom, requireSectorSize } from './choose-drive.ts'
import { describeImage, describeOrigin, describeWritten } from './describe-image.ts'
import { startFileReading } from './file-reading.ts'
import type { JobRun } from './job-run.ts'
import { planJob } from './plan-job.ts'
import { requireImage } from './require-image.ts'
import { openProvedSource } from './open-proved-source.ts'

/**
 * Writes an image to a drive and proves it. The order is the design's decision 1: signature, proof of what is local, the
 * drive's rules, its ends cleared, all but the first MiB, every verdict, read-back, and only then the first MiB.
 * @throws KindlingError with the drive's state
 */
export async function runWrite(ports: Ports, spec: Extract<JobSpec, { job: 'write' }>, run: JobRun): Promise<Receipt> {
  let state: DriveState = 'untouched'
  let target: Target | null = null
  try {
    run.enter('signature')
    const plans = await planJob(ports, spec.source, run)
    const plan = requireImage(plans)
    const drive = await findWritableDrive(ports, spec.drive, spec.identity, plan)
    const promised = await readTrust(ports, plan, run.signal)
    const { source, proved, trust } = await openProvedSource(ports, plan, promised, run)
    const measure = await measureImage(source, plan.name, run.signal, { decodeToMeasure: true })
    requireRoom(drive, measure.imageSize ?? 1)

    run.enter('prepare')
    const reading = await startFileReading(ports, plan, trust, source, proved, run)
    const imageProofs = startImageProofs(plan)
    const image = readImage(source, reading.chunks, {
      compression: measure.compression,
      proofs: { file: reading.proofs, image: imageProofs },
      signal: run.signal,
    })
    try {
      const { head, pieces } = await peekHead(image.pieces, heldBack)
      requireWritable(head, plan.name, drive)

      target = await ports.drives.open(drive, 'write')
      run.signal.throwIfAborted()
      state = 'unknown'
      await clearEnds(target)
      state = 'cleared'

      run.enter('write', measure.imageSize)
      run.limitedBy(image.limit)
      run.advance(head.length)
      const bodySize = await writeBody(target, bodyOf(pieces, head.length), heldBack, (bytes) => {
        run.advance(bytes)
        run.signal.throwIfAborted()
      })
      const imageSize = head.length + bodySize
      if (measure.imageSize !== null && imageSize !== measure.imageSize)
        throw new KindlingError('image-size-differs', { actual: imageSize, expected: measure.imageSize })

      run.enter('flush')
      await target.flush()
      const file = await reading.conclude()
      const raw = await imageProofs.conclude()
      if (plan.uncompressedSha256)
        run.earn('uncompressed-sha256', 'The decompressed image has the sha256 that the stream metadata states.')

      let readBackSha256: string | null = null
      if (spec.verify !== false) {
        run.enter('read-back', imageSize)
        run.limitedBy(() => 'drive')
        readBackSha256 = await readBack(target, head, imageSize, run)
        if (readBackSha256 !== raw.sha256)
          throw new KindlingError('read-back-mismatch', { expected: raw.sha256, actual: readBackSha256 })
        run.earn('read-back', 'The drive returned every byte of the image.')
      }

      run.signal.throwIfAborted()
      run.enter('finish')
      state = 'unknown'
      await writeHead(target, pad(head, target.alignment), run.signal)
      state = spec.verify === false ? 'written-not-read-back' : 'proved'
      // From here on nothing may touch the proved drive, whatever else fails.
      const written = target
      target = null
      const warning = await written.rereadPartitionTable().catch(reasonOf)
      if (warning !== null) run.warn('partition-table-not-reread', warning)
      const { pastCache } = written
      if (!pastCache && readBackSha256 !== null)
        run.warn(
          'read-back-cached',
          'The system does not read this drive past its cache: the read-back may have come from memory.',
        )
      await written.close().catch((error: unknown) => run.warn('drive-not-closed', reasonOf(error)))

      return {
        job: 'write',
        ...run.conclude(),
        image: describeImage(plan, trust, source, file, raw),
        files: [],
        drive: { identity: drive.identity, state, bytesWritten: imageSize, readBackSha256, pastCache },
        statement: `${describeWritten(state)} ${describeOrigin(trust)}`,
      }
    } finally {
      await image.end()
      await reading.end()
    }
  } catch (error) {
    throw await settle(error, target, state)
  }
}

async function* bodyOf(pieces: AsyncIterable<Piece>, skip: number) {
  let at = 0
  for await (const bytes of bytesOf(pieces)) {
    if (at + bytes.length > skip) yield bytes.subarray(Math.max(0, skip - at))
    at += bytes.length
  }
}

/** @throws image-empty, image-container, drive-sector-size */
function requireWritable(head: Uint8Array, name: string, drive: Drive): void {
  if (head.length === 0) throw new KindlingError('image-empty', { source: name })
  refuseContainer(name, head)
  if (!isIso(head)) requireSectorSize(drive, detectSectorSize(head))
}

/** The sha256 of the image as the drive returns it; the withheld start comes from memory, since the drive has zeros there. */
async function readBack(target: Target, head: Uint8Array, imageSize: number, run: JobRun): Promise<string> {
  const hash = createHash('sha256').update(head)
  run.advance(head.length)
  for await (const bytes of readDrive(target, heldBack, imageSize, run.signal)) {
    hash.update(bytes)
    run.advance(bytes.length)
  }
  await requireCleared(target)
  return hash.digest('hex')
}

function pad(head: Uint8Array, alignment: number): Uint8Array {
  const padded = new Uint8Array(roundUp(head.length, alignment))
  padded.set(head)
  return padded
}

/** Leaves the drive unable to boot whenever it was touched, and says what can be believed of it. */
async function settle(error: unknown, target: Target | null, state: DriveState): Promise<KindlingError> {
  let left = state
  if (target !== null) {
    if (state !== 'untouched')
      left = await clearEnds(target).then(
        () => 'cleared' as const,
        () => (state === 'cleared' && !isGone(error) ? 'cleared' : 'unknown'),
      )
    await target.close().catch(() => undefined)
  }
  const worded =
    error instanceof KindlingError
      ? error
      : new KindlingError('internal', { reason: reasonOf(error) }, { cause: error })
  worded.driveState = left
  return worded
}

const isGone = (error: unknown) => error instanceof KindlingError && error.code === 'drive-gone'
