import type { Drive } from '../../src-shared/drive.ts'
import type { DriveState } from '../../src-shared/drive-state.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import type { Hint } from '../../src-shared/identification.ts'
import type { Stage } from '../../src-shared/job.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { FirstBoot } from '../first-boot/first-boot.ts'
import { requireSettable } from '../first-boot/require-settable.ts'
import { setUpFirstBoot, type FirstBootSetUp } from '../first-boot/set-up-first-boot.ts'
import { readBehind, readMemory, readTarget } from '../identify/read-at.ts'
import { readHints } from '../identify/read-hints.ts'
import { detectSectorSize, isIso } from '../image/decode/detect-kind.ts'
import { looksLikeDisk } from '../image/decode/recognize-disk.ts'
import { refuseForeign } from '../image/decode/refuse-foreign.ts'
import { peekHead } from '../image/decode/peek-head.ts'
import type { Ports } from '../ports.ts'
import { explainMismatch } from '../write/explain-mismatch.ts'
import { writeMissingZeros } from '../write/write-missing-zeros.ts'
import { withheldSize, writeHead } from '../write/withheld-ends.ts'
import { startWriting, type ImageWriter } from '../write/image-writer.ts'
import { createRetryingTarget, type RetryingTarget } from '../write/retrying-target.ts'
import { readBack } from '../write/read-back.ts'
import { StretchSums } from '../write/stretch-sums.ts'
import type { DriveFeed, Verdict } from './drive-feed.ts'
import { requireSectorSize } from './choose-drive.ts'
import { clearDrive, release, settle } from './drive-steps.ts'
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
    if (order.firstBoot !== null) await requireSettable(head, imageName, order.firstBoot)

    target = createRetryingTarget(await ports.drives.open(drive, 'write', run.signal), ports, run)
    run.signal.throwIfAborted()
    state = 'unknown'
    await clearDrive(target, drive, order.imageSize, ports.random)
    state = 'cleared'
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
    let setUp: FirstBootSetUp | null = null
    if (order.firstBoot !== null) {
      run.enter('set-up')
      setUp = await setUpFirstBoot(target, head, order.firstBoot, run.signal)
      run.earn('first-boot')
    }
    run.enter('finish')
    state = 'unknown'
    await writeHead(target, setUp?.head ?? head, run.signal)
    state = order.verify ? 'proved' : 'written-not-read-back'
    // From here on nothing may change the proved drive, even if a later step fails.
    const proved = target
    target = null
    await release(proved, { eject: order.eject }, run)
    const { pastCache, retries } = proved
    if (!pastCache && readBackSha256 !== null) run.warn('read-back-cached')
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
        firstBoot: setUp?.done ?? null,
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
