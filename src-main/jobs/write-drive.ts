import type { Drive } from '../../src-shared/drive.ts'
import type { DriveState } from '../../src-shared/drive-state.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import type { Hint } from '../../src-shared/identification.ts'
import type { Stage } from '../../src-shared/job.ts'
import { say } from '../../src-shared/phrases.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { describeFirstBoot } from '../first-boot/describe-first-boot.ts'
import type { FirstBoot } from '../first-boot/first-boot.ts'
import { requireMetal } from '../first-boot/plan-metal.ts'
import { setUpFirstBoot } from '../first-boot/set-up-first-boot.ts'
import { readBehind, readMemory, readTarget } from '../identify/read-at.ts'
import { readHints } from '../identify/read-hints.ts'
import { detectSectorSize, isIso } from '../image/decode/detect-kind.ts'
import { looksLikeDisk } from '../image/decode/recognize-disk.ts'
import { refuseForeign } from '../image/decode/refuse-foreign.ts'
import { peekHead } from '../image/decode/peek-head.ts'
import type { Ports } from '../ports.ts'
import { explainMismatch } from '../write/explain-mismatch.ts'
import { writeMissingZeros } from '../write/write-missing-zeros.ts'
import { clearEnds, withheldSize, requireCleared, writeHead } from '../write/withheld-ends.ts'
import { startWriting, type ImageWriter } from '../write/image-writer.ts'
import { keepBytes } from '../write/kept-bytes.ts'
import { createRetryingTarget, type RetryingTarget } from '../write/retrying-target.ts'
import { choosePlaces, probeCapacity } from '../write/probe-capacity.ts'
import { readBack } from '../write/read-back.ts'
import { roundUp } from '../write/round-up.ts'
import { StretchSums } from '../write/stretch-sums.ts'
import type { Target } from '../write/target.ts'
import type { DriveFeed, Verdict } from './drive-feed.ts'
import { requireSectorSize } from './choose-drive.ts'
import type { JobRun, Moved } from './job-run.ts'

export interface DriveOrder {
  drive: Drive
  /** File name of the image for messages. */
  imageName: string
  /** Size of the image in bytes; null if only decoding can tell. */
  imageSize: number | null
  feed: DriveFeed
  /**
   * Compares the claims about the image with the image's own contents.
   * @throws image-is-another when the image says that it is another one
   */
  requireClaimed: (hints: Hint[]) => void
  /** Returns the current bottleneck of the pipeline. */
  limit: () => Stage
  /** Returns the number of bytes passed on by each part before the drive. */
  moved: () => Moved
  verify: boolean
  writeAll: boolean
  /** Writes the image even if it does not look like a disk image. */
  acceptUnrecognized: boolean
  /** Settings of the first boot; null for none. */
  firstBoot: FirstBoot | null
  /** Powers the drive off after it is proved. */
  eject: boolean
  /** Maximum number of concurrent writes. */
  mostUnderWay: number
}

/** State of a drive after the write. */
export interface DriveWritten extends Verdict {
  drive: NonNullable<Receipt['drive']>
}

/**
 * Writes one drive, from the checks before it is opened to its part of the receipt.
 *
 * The order: clears both ends, writes all but the first MiB, waits for every verdict, reads the
 * drive back, compares the claims of the image, sets up the first boot. Only then it writes the
 * first MiB.
 * @throws KindlingError with the drive's state
 */
export async function writeDrive(ports: Ports, order: DriveOrder, run: JobRun): Promise<DriveWritten> {
  const { drive, imageName, feed } = order
  let state: DriveState = 'untouched'
  let target: RetryingTarget | null = null
  let writing: ImageWriter | null = null
  try {
    run.enter('prepare')
    const { head, pieces } = await peekHead(feed.pieces(), withheldSize)
    requireWritable(head, imageName, drive)
    if (!looksLikeDisk(head)) {
      if (!order.acceptUnrecognized) throw new KindlingError('image-unrecognized', { source: imageName })
      run.warn('image-unrecognized')
    }
    order.requireClaimed(await readHints(readMemory(head)))
    if (order.firstBoot !== null) await requireFirstBoot(head, imageName, order.firstBoot)

    target = createRetryingTarget(await ports.drives.open(drive, 'write', run.signal), ports, run)
    run.signal.throwIfAborted()
    state = 'unknown'
    // A disk-image file has the size that it claims, or its file system reports an error.
    const isBlock = drive.identity.kind === 'block'
    const places = isBlock ? choosePlaces(target, order.imageSize, ports.random) : []
    const before = await keepBytes(target, places)
    try {
      await clearEnds(target)
      // While the drive is probed, the cleared start contains a marker.
      if (isBlock) await probeCapacity(target, places, before, drive.name)
      state = 'cleared'
    } catch (error) {
      // None of the image was written yet, so the original bytes can be restored. This is not tried
      // if the reads of the drive prove nothing.
      const lies = hasCode(error, 'read-back-mismatch', 'drive-stores-nothing')
      if (!lies && (await before.putBackAll().catch(() => false))) state = 'untouched'
      throw error
    }
    run.signal.throwIfAborted()

    const onDrive = target
    let pace: number | null = null
    /**
     * Returns the expected duration of the read-back in seconds; null if unknown. Until reads were
     * measured, the drive is assumed to read at least as fast as it writes.
     */
    const timeToReadBack = (writing: number | null) => {
      pace = writing ?? pace
      const rate = onDrive.readPace ?? pace
      if (!order.verify) return 0
      return rate === null || order.imageSize === null ? null : order.imageSize / rate
    }
    run.enter('write', order.imageSize, { afterwards: timeToReadBack })
    run.setBottleneck(order.limit, () => ({ ...order.moved(), drive: onDrive.moved }))
    run.advance(head.length)
    writing = startWriting(target, {
      start: withheldSize,
      size: order.imageSize,
      writeAll: order.writeAll,
      readsBack: order.verify,
      mostUnderWay: order.mostUnderWay,
      onDone: (bytes, how) => {
        run.advance(bytes, how === 'skipped' ? bytes : 0)
        run.signal.throwIfAborted()
      },
    })
    const sums = new StretchSums()
    for await (const piece of pieces) {
      if (order.verify) sums.add(piece.bytes, piece.zeros)
      await writing.take(piece)
    }
    const { size, written, deferred } = await writing.end()
    if (order.imageSize !== null && size !== order.imageSize)
      throw new KindlingError('image-size-differs', { actual: size, expected: order.imageSize })

    run.enter('flush', order.verify ? null : deferred.reduce((sum, { length }) => sum + length, 0), {
      afterwards: timeToReadBack,
    })
    run.setBottleneck(() => 'drive')
    let bytesWritten = head.length + written
    if (!order.verify)
      bytesWritten += await writeMissingZeros(target, deferred, run.signal, (bytes) => run.advance(bytes))
    await target.flush()
    const verdict = await feed.verdict()

    let readBackSha256: string | null = null
    if (order.verify) {
      run.enter('read-back', size, { pace: onDrive.readPace ?? pace })
      run.setBottleneck(() => 'drive')
      const found = await readBack(target, {
        head,
        size,
        deferred,
        signal: run.signal,
        onRead: (bytes) => run.advance(bytes),
        onRestart: (bytes) => {
          run.enter('read-back', bytes, { pace: onDrive.readPace ?? pace })
          run.setBottleneck(() => 'drive')
        },
      })
      if (found !== verdict.raw.sha256) {
        run.enter('read-back', size - withheldSize, { pace: onDrive.readPace ?? pace })
        throw await explainMismatch(
          target,
          { expected: verdict.raw.sha256, actual: found },
          {
            ...{ sums: sums.all, start: withheldSize, size, drive: drive.name, signal: run.signal },
            onRead: (bytes) => run.advance(bytes),
          },
        )
      }
      readBackSha256 = found
      run.earn('read-back')
    }

    // The bytes behind the head can be read now, including the boot entries.
    order.requireClaimed(await readHints(readBehind(head, readTarget(target, run.signal))))

    run.signal.throwIfAborted()
    run.enter('finish')
    const { firstBoot } = order
    const done = firstBoot && (await setUpFirstBoot(target, head, firstBoot, run.signal))
    state = 'unknown'
    await writeHead(target, pad(done?.head ?? head, target.alignment), run.signal)
    state = order.verify ? 'proved' : 'written-not-read-back'
    // From here on nothing may change the proved drive, even if a later step fails.
    const proved = target
    target = null
    const warning = await proved.rereadPartitionTable().catch(reasonOf)
    if (warning !== null) run.warn('partition-table-not-reread', { reason: warning })
    const kept = order.eject ? await proved.eject().catch(reasonOf) : null
    if (kept !== null) run.warn('drive-not-ejected', { reason: kept })
    const { pastCache, retries } = proved
    if (!pastCache && readBackSha256 !== null) run.warn('read-back-cached')
    await proved.close().catch((error: unknown) => run.warn('drive-not-closed', { reason: reasonOf(error) }))
    return {
      ...verdict,
      drive: {
        identity: drive.identity,
        state,
        bytesWritten,
        bytesSkipped: size - bytesWritten,
        retries,
        readBackSha256,
        pastCache,
        firstBoot: firstBoot && describeFirstBoot(firstBoot, done!.edits),
      },
    }
  } catch (error) {
    feed.abandon()
    await writing?.abandon()
    throw await settle(error, target, state)
  }
}

/**
 * Checks that the image is a disk image for this drive.
 * @throws image-empty, image-container, image-packed, image-not-disk, drive-sector-size
 */
function requireWritable(head: Uint8Array, name: string, drive: Drive): void {
  if (head.length === 0) throw new KindlingError('image-empty', { source: name })
  refuseForeign(name, head)
  if (!isIso(head)) requireSectorSize(drive, detectSectorSize(head))
}

/**
 * Checks that the first boot of the image can be set up.
 * @throws usage for an ISO, first-boot-unsupported
 */
async function requireFirstBoot(head: Uint8Array, image: string, firstBoot: FirstBoot): Promise<void> {
  if (isIso(head)) throw new KindlingError('usage', { reason: say('first-boot-of-iso', { image }) })
  await requireMetal(readMemory(head), firstBoot)
}

function pad(head: Uint8Array, alignment: number): Uint8Array {
  const padded = new Uint8Array(roundUp(head.length, alignment))
  padded.set(head)
  return padded
}

/**
 * Clears the drive again if it was changed, so that it cannot boot. Returns the error with the
 * state of the drive.
 */
async function settle(error: unknown, target: Target | null, state: DriveState): Promise<KindlingError> {
  if (target === null) return withState(error, state)
  const left = state === 'untouched' ? state : await clear(target, error, state)
  await target.close().catch(() => undefined)
  return withState(error, left)
}

/**
 * Clears the ends of the drive and checks them.
 * @param error – the failure that made clearing necessary
 * @param state – state of the drive before
 * @returns the state of the drive after
 */
async function clear(target: Target, error: unknown, state: DriveState): Promise<DriveState> {
  try {
    await clearEnds(target)
    await requireCleared(target)
    return 'cleared'
  } catch (failure) {
    const isStillCleared =
      state === 'cleared' && !hasCode(error, 'drive-gone') && !hasCode(failure, 'read-back-mismatch')
    return isStillCleared ? 'cleared' : 'unknown'
  }
}

const hasCode = (error: unknown, ...codes: FailureCode[]) =>
  error instanceof KindlingError && codes.includes(error.code)

/**
 * Returns a copy of an error with the state of one drive. An error of reading the image is reported
 * for several drives, each with its own state.
 */
export function withState(error: unknown, state: DriveState): KindlingError {
  const worded =
    error instanceof KindlingError
      ? KindlingError.revive(error, { cause: error.cause ?? error })
      : new KindlingError('internal', { reason: reasonOf(error) }, { cause: error })
  worded.driveState = state
  return worded
}
