import type { Drive } from '../../src-shared/drive.ts'
import type { DriveState } from '../../src-shared/drive-state.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import type { FirstBoot } from '../first-boot/first-boot.ts'
import { requireSettable } from '../first-boot/require-settable.ts'
import { setUpFirstBoot, type FirstBootSetUp } from '../first-boot/set-up-first-boot.ts'
import { readBehind, readMemory, readTarget } from '../identify/read-at.ts'
import { readHints } from '../identify/read-hints.ts'
import { detectSectorSize, isIso } from '../image/decode/detect-kind.ts'
import { looksLikeDisk } from '../image/decode/recognize-disk.ts'
import { refuseForeign } from '../image/decode/refuse-foreign.ts'
import { peekHead, type Peeked } from './peek-head.ts'
import type { Piece } from '../memory/piece.ts'
import type { Ports } from '../ports.ts'
import type { Extent } from '../write/extent.ts'
import { explainMismatch } from '../write/explain-mismatch.ts'
import { writeMissingZeros } from '../write/write-missing-zeros.ts'
import { withheldSize, writeHead } from '../write/withheld-ends.ts'
import { startWriting, type ImageWriter } from '../write/image-writer.ts'
import { createRetryingTarget, type RetryingTarget } from '../write/retrying-target.ts'
import { readBack } from '../write/read-back.ts'
import { StretchSums } from '../write/stretch-sums.ts'
import { requireSectorSize } from './choose-drive.ts'
import { clearDrive, release, settle } from './drive-steps.ts'
import type { DriveOrder, DriveWritten } from './drive-order.ts'
import type { JobRun } from './job-run.ts'

/**
 * Writes one drive, from the checks before it is opened to its part of the receipt.
 *
 * The order: clears both ends, writes all but the first MiB, waits for every verdict, reads the
 * drive back, compares the claims of the image, sets up the first boot. Only then it writes the
 * first MiB.
 * @throws KindlingError with the drive's state
 */
export async function writeDrive(ports: Ports, order: DriveOrder, run: JobRun): Promise<DriveWritten> {
  const write = new DriveWrite(ports, order, run)
  try {
    const { head, pieces } = await write.checkHead()
    await write.open()
    await write.clear()
    const body = await write.writeBody(head, pieces)
    await write.flush(body)
    const verdict = await order.feed.verdict()
    const readBackSha256 = order.verify ? await write.readBack(head, body, verdict.raw.sha256) : null
    await write.requireClaimed(head)
    const setUp = order.firstBoot && (await write.setUpFirstBoot(head, order.firstBoot))
    await write.writeHead(setUp?.head ?? head)
    const { pastCache, retries } = await write.release()
    if (!pastCache && readBackSha256 !== null) run.warn('read-back-cached')
    const { size, bytesWritten } = body
    return {
      ...verdict,
      drive: {
        ...{ identity: order.drive.identity, state: write.state, bytesWritten, bytesSkipped: size - bytesWritten },
        ...{ retries, readBackSha256, pastCache, firstBoot: setUp?.done ?? null },
      },
    }
  } catch (error) {
    throw await write.settle(error)
  }
}

/** The image behind the first MiB, as it was written. */
interface WrittenBody {
  /** Size of the image in bytes. */
  size: number
  /** Number of image bytes that were written, including the head, which is written last. */
  bytesWritten: number
  /** Zeros that were not written, because the drive seems to have them. */
  deferred: Extent[]
  sums: StretchSums
}

/** The steps of a write to one drive, and the state of the drive after each. */
class DriveWrite {
  state: DriveState = 'untouched'
  readonly #ports: Ports
  readonly #order: DriveOrder
  readonly #run: JobRun
  #target: RetryingTarget | null = null
  #writing: ImageWriter | null = null
  /** Last measured rate of writing, in bytes per second. */
  #writePace: number | null = null

  constructor(ports: Ports, order: DriveOrder, run: JobRun) {
    this.#ports = ports
    this.#order = order
    this.#run = run
  }

  /**
   * Checks the first MiB of the image.
   * @returns the first MiB, and all pieces of the image
   */
  async checkHead(): Promise<Peeked> {
    const { drive, imageName, feed, firstBoot } = this.#order
    this.#run.enter('prepare')
    const peeked = await peekHead(feed.pieces(), withheldSize)
    const { head } = peeked
    requireWritable(head, imageName, drive)
    if (!looksLikeDisk(head)) {
      if (!this.#order.acceptUnrecognized) throw new KindlingError('image-unrecognized', { source: imageName })
      this.#run.warn('image-unrecognized')
    }
    this.#order.requireClaimed(await readHints(readMemory(head)))
    if (firstBoot !== null) await requireSettable(head, imageName, firstBoot)
    return peeked
  }

  async open(): Promise<void> {
    const { signal } = this.#run
    const opened = await this.#ports.drives.open(this.#order.drive, 'write', signal)
    this.#target = createRetryingTarget(opened, this.#ports, this.#run)
    signal.throwIfAborted()
  }

  /** Clears both ends of the drive. From here on it cannot boot. */
  async clear(): Promise<void> {
    this.state = 'unknown'
    await clearDrive(this.#drive, this.#order.drive, this.#order.imageSize, this.#ports.random)
    this.state = 'cleared'
    this.#run.signal.throwIfAborted()
  }

  /** Writes all pieces but the first MiB. */
  async writeBody(head: Uint8Array, pieces: AsyncIterable<Piece>): Promise<WrittenBody> {
    const { imageSize, verify } = this.#order
    const target = this.#drive
    this.#run.enter('write', imageSize, { afterwards: this.#timeToReadBack })
    this.#run.setBottleneck(this.#order.limit, () => ({ ...this.#order.moved(), drive: target.moved }))
    this.#run.advance(head.length)
    this.#writing = startWriting(target, {
      start: withheldSize,
      size: imageSize,
      writeAll: this.#order.writeAll,
      readsBack: verify,
      mostUnderWay: this.#order.mostUnderWay,
      busy: this.#order.feed.busy,
      onDone: (bytes, how) => {
        this.#run.advance(bytes, how === 'skipped' ? bytes : 0)
        this.#run.signal.throwIfAborted()
      },
    })
    const sums = new StretchSums()
    for await (const piece of pieces) {
      if (verify) sums.add(piece.bytes, piece.zeros)
      await this.#writing.take(piece)
    }
    const { size, written, deferred } = await this.#writing.end()
    if (imageSize !== null && size !== imageSize)
      throw new KindlingError('image-size-differs', { actual: size, expected: imageSize })
    return { size, bytesWritten: head.length + written, deferred, sums }
  }

  /** Flushes the drive. Without a read-back, the deferred zeros are checked and written first. */
  async flush(body: WrittenBody): Promise<void> {
    const { verify } = this.#order
    const total = verify ? null : body.deferred.reduce((sum, { length }) => sum + length, 0)
    this.#run.enter('flush', total, { afterwards: this.#timeToReadBack })
    this.#run.setBottleneck(() => 'drive')
    if (!verify)
      body.bytesWritten += await writeMissingZeros(this.#drive, body.deferred, this.#run.signal, this.#advance)
    await this.#drive.flush()
  }

  /**
   * Reads the drive back.
   * @param expected – SHA-256 of the image
   * @returns SHA-256 of the drive, which equals it
   * @throws read-back-mismatch
   */
  async readBack(head: Uint8Array, { size, deferred, sums }: WrittenBody, expected: string): Promise<string> {
    const { signal } = this.#run
    this.#enterReadBack(size)
    const found = await readBack(this.#drive, {
      ...{ head, size, deferred, signal, onRead: this.#advance },
      onRestart: (bytes) => this.#enterReadBack(bytes),
    })
    if (found !== expected) {
      this.#enterReadBack(size - withheldSize)
      throw await explainMismatch(
        this.#drive,
        { expected, actual: found },
        {
          ...{ sums: sums.all, start: withheldSize, size, drive: this.#order.drive.name, signal },
          onRead: this.#advance,
        },
      )
    }
    this.#run.earn('read-back')
    return found
  }

  /** Compares the claims about the image with all that can be read now, including boot entries. */
  async requireClaimed(head: Uint8Array): Promise<void> {
    this.#order.requireClaimed(await readHints(readBehind(head, readTarget(this.#drive, this.#run.signal))))
    this.#run.signal.throwIfAborted()
  }

  async setUpFirstBoot(head: Uint8Array, firstBoot: FirstBoot): Promise<FirstBootSetUp> {
    this.#run.enter('set-up')
    const setUp = await setUpFirstBoot(this.#drive, head, firstBoot, this.#run.signal)
    this.#run.earn('first-boot')
    return setUp
  }

  /** Writes the first MiB, which makes the drive bootable. */
  async writeHead(head: Uint8Array): Promise<void> {
    this.#run.enter('finish')
    this.state = 'unknown'
    await writeHead(this.#drive, head, this.#run.signal)
    this.state = this.#order.verify ? 'proved' : 'written-not-read-back'
  }

  /** Closes the drive. */
  async release(): Promise<RetryingTarget> {
    const proved = this.#drive
    // From here on nothing may change the proved drive, even if a later step fails.
    this.#target = null
    await release(proved, { eject: this.#order.eject }, this.#run)
    return proved
  }

  /** Ends the write after an error. Returns the error with the state of the drive. */
  async settle(error: unknown): Promise<KindlingError> {
    this.#order.feed.abandon()
    await this.#writing?.abandon()
    return settle(error, this.#target, this.state)
  }

  get #drive(): RetryingTarget {
    return this.#target!
  }

  readonly #advance = (bytes: number): void => this.#run.advance(bytes)

  #enterReadBack(size: number): void {
    this.#run.enter('read-back', size, { pace: this.#readPace() })
    this.#run.setBottleneck(() => 'drive')
  }

  /**
   * Returns the expected rate of the read-back in bytes per second; null if unknown. Until reads
   * were measured, the drive is assumed to read at least as fast as it writes.
   */
  #readPace(): number | null {
    return this.#drive.readPace ?? this.#writePace
  }

  /** Returns the expected duration of the read-back in seconds; null if unknown. */
  readonly #timeToReadBack = (writePace: number | null): number | null => {
    this.#writePace = writePace ?? this.#writePace
    const { verify, imageSize } = this.#order
    if (!verify) return 0
    const pace = this.#readPace()
    return pace === null || imageSize === null ? null : imageSize / pace
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
