import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { allocateAligned } from '../memory/aligned-memory.ts'
import { createBusyClock, type BusyClock } from '../memory/busy-clock.ts'
import { createCondition } from '../memory/condition.ts'
import { pieceSize, type Piece } from '../memory/piece.ts'
import { comparisonSize, DriveComparison } from './drive-comparison.ts'
import { createDriveWrites, maxQueuedBytes, type DriveWrites } from './drive-writes.ts'
import type { Extent } from './extent.ts'
import { PieceLayout, type DriveView } from './piece-layout.ts'
import { startReadFirst, type ReadFirst } from './read-first.ts'
import { sampleDrive } from './sample-drive.ts'
import { sharePiece, type SharedPiece } from './shared-piece.ts'
import type { Target } from './target.ts'

/**
 * Minimum size of an image for which reading first is tried, in bytes. A smaller one is written
 * before reading would have paid off.
 */
const leastWorthwhile = 32 * 1024 * 1024
/** Assumed image size in bytes, when the size is unknown. */
const usualSize = 3 * 1024 * 1024 * 1024

export interface WritingOptions {
  /**
   * Number of bytes at the start of the image that are withheld and not written here. A multiple of
   * the target's alignment.
   */
  start: number
  /** Size of the image in bytes; null if unknown. */
  size: number | null
  /** Writes every byte in order, and reads nothing. */
  writeAll?: boolean
  /**
   * True if the drive will be read back. The read-back then also checks the deferred zeros, without
   * an extra read.
   */
  readsBack?: boolean
  /** Clock for measuring rates, in milliseconds. */
  now?: () => number
  /** Measures the time in which the drive is written or compared. */
  busy?: BusyClock
  /**
   * Receives the number of image bytes that were written or skipped. Bytes before `start` are not
   * counted.
   */
  onDone?: (bytes: number, how: 'written' | 'skipped') => void
  /** Maximum number of concurrent writes. Default: 2, so that the drive always has the next one. */
  mostUnderWay?: number
  /** Minimum size of an image for which reading first is tried, in bytes. */
  leastWorthwhile?: number
}

export interface Written {
  /** Size of the image in bytes, including the bytes before `start`. */
  size: number
  /** Number of image bytes that were written. */
  written: number
  /** Number of image bytes that were on the drive already, or are deferred. */
  skipped: number
  /**
   * Ranges where the image has zeros and the drive seems to have them. Neither written nor checked
   * yet.
   */
  deferred: Extent[]
}

/** The writing of an image to one drive. */
export interface ImageWriter {
  /**
   * Takes the next piece and will release it in any case. Resolves when there is room for another.
   * @throws drive-too-small, and the target's failures
   */
  take(piece: Piece): Promise<void>
  /**
   * Resolves when everything is written, but not flushed.
   * @throws as `take` does
   */
  end(): Promise<Written>
  /**
   * Cancels: releases all pieces and waits for outstanding requests. Never throws; does nothing
   * after the end.
   */
  abandon(): Promise<void>
}

/**
 * Starts to write an image to a drive. Bytes that are on the drive already are not written, where
 * checking pays off. Zeros are deferred where the drive seems to be all zeros. Other bytes are read
 * first while enough of them turn out to be equal. Reading before writing only decides which bytes
 * to write. It proves nothing.
 */
export function startWriting(target: Target, options: WritingOptions): ImageWriter {
  return new DriveImageWriter(target, options)
}

class DriveImageWriter implements ImageWriter {
  readonly #target: Target
  readonly #options: WritingOptions
  readonly #now: () => number
  readonly #busy: BusyClock
  readonly #writes: DriveWrites
  readonly #changed = createCondition()
  readonly #totals = { written: 0, skipped: 0 }
  readonly #waiting: SharedPiece[] = []
  readonly #done: Promise<void>
  #layout: PieceLayout
  /** Null while reading before writing is not considered. */
  #readFirst: ReadFirst | null = null
  /**
   * True while pieces are compared first. Writes are then small, so they must not be used to
   * measure the write rate.
   */
  #isComparing = false
  /** Number of image bytes received so far. */
  #position = 0
  /** Number of bytes in pieces that are not released yet. */
  #held = 0
  #ended = false
  #failure: { error: unknown } | null = null

  constructor(target: Target, options: WritingOptions) {
    this.#target = target
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#busy = options.busy ?? createBusyClock(this.#now)
    this.#writes = createDriveWrites(target, this.#busy, {
      mostUnderWay: options.mostUnderWay ?? 2,
      onWritten: (bytes) => this.#count('written', bytes),
      onMeasured: (bytes, elapsed) => this.#readFirst?.wrote(bytes, elapsed),
      onFailure: (error) => this.#fail(error),
      onChange: this.#changed.notify,
    })
    this.#layout = this.#createLayout(null)
    this.#done = this.#work()
      .catch((error: unknown) => this.#fail(error))
      .then(() => this.#settle())
  }

  async take(piece: Piece): Promise<void> {
    const offset = this.#position
    this.#position += piece.bytes.length
    if (this.#failure === null && this.#position > this.#target.size) this.#fail(tooSmall(this.#target, this.#position))
    if (this.#failure !== null || this.#position <= this.#options.start) piece.release()
    else {
      this.#waiting.push(this.#share(piece, offset))
      this.#changed.notify()
    }
    while (this.#failure === null && this.#held > maxQueuedBytes - pieceSize) await this.#changed.wait()
    if (this.#failure !== null) throw this.#failure.error
  }

  async end(): Promise<Written> {
    this.#ended = true
    this.#changed.notify()
    await this.#done
    if (this.#failure !== null) throw this.#failure.error
    return { size: this.#position, ...this.#totals, deferred: this.#layout.deferred }
  }

  async abandon(): Promise<void> {
    this.#fail(new Error('abandoned'))
    await this.#done
  }

  async #work(): Promise<void> {
    const comparison = await this.#sample()
    while (this.#failure === null) {
      if (this.#waiting.length === 0 && this.#writes.queued === 0) {
        if (this.#ended) break
        await this.#changed.wait()
      } else if (comparison === null) await this.#writeNext()
      else await this.#compareOrWrite(comparison)
    }
  }

  /** Samples the drive. Returns null if reading before writing cannot pay off. */
  async #sample(): Promise<DriveComparison | null> {
    const { start, size, writeAll = false } = this.#options
    const length = Math.min(size ?? usualSize, this.#target.size) - start
    if (writeAll || length < (this.#options.leastWorthwhile ?? leastWorthwhile)) return null
    const memory = allocateAligned(comparisonSize)
    const sample = await sampleDrive(this.#target, { offset: start, length }, memory, this.#now)
    if (sample === null) return null
    const readFirst = startReadFirst(length, sample)
    this.#readFirst = readFirst
    this.#layout = this.#createLayout({ sample, readFirst })
    return new DriveComparison({
      ...{ target: this.#target, layout: this.#layout, readFirst, busy: this.#busy, memory, now: this.#now },
      onProbed: this.#changed.notify,
    })
  }

  async #compareOrWrite(comparison: DriveComparison): Promise<void> {
    if (this.#waiting.length > 0) {
      const step = this.#readFirst!.next()
      this.#isComparing = step === 'read'
      // A piece that is written immediately could be on the drive before the probe reads it.
      const isAhead = this.#writes.queued > 0 || this.#waiting.length > 1
      if (step === 'probe' && isAhead) comparison.probe(this.#waiting.at(-1)!)
    }
    if (!this.#isComparing || this.#writes.queued > 0) return this.#writeNext()
    if (this.#busy.underWay > 0) return this.#changed.wait()
    await comparison.compare(this.#waiting)
    this.#writes.measureAnew()
  }

  /** Starts the next write, or waits for a change. */
  async #writeNext(): Promise<void> {
    const isPlain = !this.#isComparing
    while (isPlain && this.#waiting.length > 0 && this.#writes.hasRoom()) this.#layout.lay(this.#waiting.shift()!, 0)
    const moreMayCome = !this.#ended && this.#waiting.length === 0
    if (this.#writes.queued > 0 && !this.#writes.send({ isPlain, moreMayCome })) await this.#changed.wait()
  }

  #createLayout(view: DriveView | null): PieceLayout {
    const { readsBack = true } = this.#options
    return new PieceLayout(
      {
        ...{ alignment: this.#target.alignment, readsBack, writes: this.#writes },
        onSkipped: (bytes) => this.#count('skipped', bytes),
      },
      view,
    )
  }

  #share(piece: Piece, offset: number): SharedPiece {
    this.#held += piece.bytes.length
    return sharePiece(piece, { offset, withheld: Math.max(this.#options.start - offset, 0) }, () => {
      this.#held -= piece.bytes.length
      this.#changed.notify()
    })
  }

  #count(how: 'written' | 'skipped', bytes: number): void {
    this.#totals[how] += bytes
    try {
      this.#options.onDone?.(bytes, how)
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#changed.notify()
  }

  /** Releases all pieces and waits for outstanding requests. */
  async #settle(): Promise<void> {
    for (const piece of this.#waiting.splice(0)) piece.release()
    this.#writes.clear()
    while (this.#busy.underWay > 0) await this.#changed.wait()
  }
}

const tooSmall = (target: Target, needed: number) =>
  new KindlingError('drive-too-small', {
    drive: say('the-drive'),
    available: target.size,
    needed: say('at-least', { bytes: needed }),
    missing: needed - target.size,
  })
