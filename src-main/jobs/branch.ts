import { createBusyClock } from '../busy-clock.ts'
import { findZeros } from '../image/find-zeros.ts'
import type { Piece } from '../image/piece.ts'
import { piecesHeld } from '../image/plan-memory.ts'
import type { Found } from '../image/proofs.ts'

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
  readonly #waiting: Piece[] = []
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

  /** @param piece begins where the last one ended, or before; released when it was used */
  give(piece: Piece, offset: number): void {
    const known = this.given - offset
    this.given = offset + piece.bytes.length
    if (known === 0) this.#waiting.push(piece)
    else {
      const bytes = piece.bytes.subarray(known)
      this.#waiting.push({ bytes, zeros: findZeros(bytes), release: piece.release })
    }
    this.#wake()
  }

  /** What waits is given up: it comes again when the image is read again. */
  leaveBehind(): void {
    this.behind = true
    for (const { bytes, release } of this.#waiting.splice(0)) {
      this.given -= bytes.length
      release()
    }
  }

  /** The image was read to its end. */
  finish(verdict: Verdict): void {
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
    for (const { release } of this.#waiting.splice(0)) release()
    this.#onChange()
  }

  /** The pieces in order; when the last one was taken the image is proved. @throws what reading the image throws */
  async *pieces(): AsyncGenerator<Piece> {
    for (;;) {
      const piece = this.#waiting.shift()
      if (piece !== undefined) {
        this.#onChange()
        yield piece
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

/** As `Promise.withResolvers`, which Node has from version 22 on. */
function withResolvers<T>() {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((...both) => ([resolve, reject] = both))
  return { promise, resolve, reject }
}
