import { createHash, type Hash } from 'node:crypto'
import { KindlingError } from '../../src-shared/failure.ts'
import { createBusyClock } from '../memory/busy-clock.ts'
import { findZeros } from '../memory/find-zeros.ts'
import type { Piece } from '../memory/piece.ts'
import { piecesHeld } from '../image/decode/plan-memory.ts'
import type { Found } from '../image/proof/proofs.ts'

/** Pieces that may wait for one drive while others go on. */
const mostWaiting = 32

/** Pieces that so many drives may hold together: one of them has those that wait, each of them those on their way to it. */
export const piecesHeldBy = (drives: number): number => (drives === 1 ? 0 : mostWaiting) + drives * piecesHeld

/** What was found of an image when all of it was read. */
export interface Verdict {
  /** The file as published. */
  file: Found
  raw: Found
}

/** One drive's way to the image that several drives are fed from. */
export class Branch {
  /** Bytes of the image that this drive has had. */
  given = 0
  /** It was too slow for the others: the rest comes when the image is read again. */
  behind = false
  /** Its drive waiting for pieces. */
  readonly waits = createBusyClock()
  readonly #waiting: { piece: Piece; upTo: Hash }[] = []
  /** SHA-256 of the bytes that the drive took. */
  #taken = createHash('sha256')
  readonly #onChange: () => void
  #state: 'fed' | 'over' | 'abandoned' = 'fed'
  #outcome: Promise<Verdict>
  #settle: { resolve: (verdict: Verdict) => void; reject: (error: unknown) => void }
  #wake = () => {}

  /** @param onChange there may be room again, or nobody who wants more */
  constructor(onChange: () => void) {
    this.#onChange = onChange
    const { promise, resolve, reject } = withResolvers<Verdict>()
    promise.catch(() => undefined)
    this.#outcome = promise
    this.#settle = { resolve, reject }
  }

  /** It wants more of the image. */
  get open(): boolean {
    return this.#state === 'fed'
  }
  get full(): boolean {
    return this.#waiting.length >= mostWaiting
  }
  /** Its drive has nothing to do. */
  get starving(): boolean {
    return this.waits.underWay > 0
  }

  /**
   * Tells whether the drive took exactly the bytes of a hash.
   * @param hash – SHA-256 of the first `given` bytes of a reading
   */
  hasTaken(hash: Hash): boolean {
    return digestOf(this.#taken) === digestOf(hash)
  }

  /**
   * @param piece – begins where the last one ended, or before; released when it was used
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
    this.#wake()
  }

  /** What waits is given up: it comes again when the image is read again. */
  leaveBehind(): void {
    this.behind = true
    for (const { piece } of this.#waiting.splice(0)) {
      this.given -= piece.bytes.length
      piece.release()
    }
  }

  /**
   * Ends the branch when the image was read to its end. A verdict on other bytes than the drive was
   * given fails it with source-changed.
   * @param source – location of the image
   */
  finish(verdict: Verdict, source: string): void {
    const given = this.#waiting.at(-1)?.upTo ?? this.#taken
    if (digestOf(given) !== verdict.raw.sha256) return this.fail(new KindlingError('source-changed', { source }))
    this.#state = 'over'
    this.#settle.resolve(verdict)
    this.#wake()
  }

  fail(error: unknown): void {
    if (this.#state !== 'fed') return
    this.#state = 'over'
    this.#settle.reject(error)
    this.#wake()
  }

  /** Its drive takes no more. */
  abandon(): void {
    if (this.#state === 'fed') this.#state = 'abandoned'
    for (const { piece } of this.#waiting.splice(0)) piece.release()
    this.#onChange()
  }

  /** The pieces in order; when the last one was taken the image is proved. @throws what reading the image throws */
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
        await new Promise<void>((resolve) => (this.#wake = resolve))
        this.waits.end()
      }
    }
  }

  /** What the image was found to be. @throws what reading it threw */
  verdict(): Promise<Verdict> {
    return this.#outcome
  }
}

const digestOf = (hash: Hash): string => hash.copy().digest('hex')

/** As `Promise.withResolvers`, which Node has from version 22 on. */
function withResolvers<T>() {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((...both) => ([resolve, reject] = both))
  return { promise, resolve, reject }
}
