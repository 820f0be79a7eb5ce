import { createHash, type Hash } from 'node:crypto'
import { KindlingError } from '../../src-shared/failure.ts'
import { createBusyClock } from '../memory/busy-clock.ts'
import { createCondition } from '../memory/condition.ts'
import { findZeros } from '../memory/find-zeros.ts'
import type { Piece } from '../memory/piece.ts'
import { maxPieces } from '../image/decode/plan-memory.ts'
import type { FileDigest } from '../image/proof/proofs.ts'

/** Maximum number of pieces that may be queued for one drive while the others continue. */
const mostWaiting = 32

/**
 * Returns the number of pieces that several drives may keep together: those that wait, the write
 * queue of each drive, and the one that is given next.
 */
export const mostKept = (drives: number): number => mostWaiting + drives * maxPieces + 1

/** Size and hash of an image, known once all of it was read. */
export interface Verdict {
  /** The file as published, compressed or not. */
  file: FileDigest
  raw: FileDigest
}

/** The queue that feeds one drive when several drives share one reading of the image. */
export class DriveFeed {
  /** Number of image bytes given to this drive. */
  given = 0
  /**
   * True if the drive was too slow for the others. It gets the rest when the image is read again.
   */
  behind = false
  /** Measures the time in which the drive waits for pieces. */
  readonly waits = createBusyClock()
  /** Measures the time in which the image is written to the drive, or compared with it. */
  readonly busy = createBusyClock()
  readonly #waiting: { piece: Piece; upTo: Hash }[] = []
  /** SHA-256 of the bytes that the drive has taken. */
  #taken = createHash('sha256')
  readonly #onChange: () => void
  #state: 'fed' | 'over' | 'abandoned' = 'fed'
  #outcome: Promise<Verdict>
  #settle: { resolve: (verdict: Verdict) => void; reject: (error: unknown) => void }
  readonly #changed = createCondition()

  /**
   * @param onChange – called when there may be room again, or when the drive takes no more
   */
  constructor(onChange: () => void) {
    this.#onChange = onChange
    const { promise, resolve, reject } = withResolvers<Verdict>()
    promise.catch(() => undefined)
    this.#outcome = promise
    this.#settle = { resolve, reject }
  }

  /** True while the drive wants more of the image. */
  get open(): boolean {
    return this.#state === 'fed'
  }
  get full(): boolean {
    return this.#waiting.length >= mostWaiting
  }
  /** True if the drive has nothing to do. */
  get starving(): boolean {
    return this.waits.underWay > 0
  }

  /**
   * Returns whether the drive took exactly the bytes of a hash.
   * @param hash – SHA-256 of the first `given` bytes of a reading
   */
  hasTaken(hash: Hash): boolean {
    return digestOf(this.#taken) === digestOf(hash)
  }

  /**
   * Queues a piece for the drive.
   * @param piece – begins at or before the end of the last one; released after use
   * @param offset – offset of the piece in the image, in bytes
   * @param upTo – SHA-256 of the reading up to the end of this piece; the drive took the bytes
   * before
   */
  give(piece: Piece, offset: number, upTo: Hash): void {
    const known = this.given - offset
    this.given = offset + piece.bytes.length
    if (known === 0) this.#waiting.push({ piece, upTo })
    else {
      const bytes = piece.bytes.subarray(known)
      this.#waiting.push({ piece: { bytes, zeros: findZeros(bytes), release: piece.release }, upTo })
    }
    this.#changed.notify()
  }

  /** Discards the queued pieces. The drive gets them when the image is read again. */
  fallBehind(): void {
    this.behind = true
    for (const { piece } of this.#waiting.splice(0)) {
      this.given -= piece.bytes.length
      piece.release()
    }
  }

  /**
   * Ends the queue when the image was read to its end. If the drive was given other bytes than
   * those of the verdict, the drive fails with source-changed.
   * @param source – location of the image
   */
  finish(verdict: Verdict, source: string): void {
    const given = this.#waiting.at(-1)?.upTo ?? this.#taken
    if (digestOf(given) !== verdict.raw.sha256) return this.fail(new KindlingError('source-changed', { source }))
    this.#state = 'over'
    this.#settle.resolve(verdict)
    this.#changed.notify()
  }

  fail(error: unknown): void {
    if (this.#state !== 'fed') return
    this.#state = 'over'
    this.#settle.reject(error)
    this.#changed.notify()
  }

  /** Releases the queued pieces, because the drive takes no more. */
  abandon(): void {
    if (this.#state === 'fed') this.#state = 'abandoned'
    for (const { piece } of this.#waiting.splice(0)) piece.release()
    this.#onChange()
  }

  /**
   * Yields the pieces in order. Once the last one was taken, the image is proved.
   * @throws the failures of reading the image
   */
  async *pieces(): AsyncGenerator<Piece> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next !== undefined) {
        this.#taken = next.upTo
        this.#onChange()
        yield next.piece
      } else if (this.#state === 'over') {
        await this.#outcome
        return
      } else {
        this.waits.begin()
        this.#onChange()
        await this.#changed.wait()
        this.waits.end()
      }
    }
  }

  /**
   * Resolves with the size and hash of the image.
   * @throws the failures of reading the image
   */
  verdict(): Promise<Verdict> {
    return this.#outcome
  }
}

const digestOf = (hash: Hash): string => hash.copy().digest('hex')

/** Same as `Promise.withResolvers`, which Node has since version 22. */
function withResolvers<T>() {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((...both) => ([resolve, reject] = both))
  return { promise, resolve, reject }
}
