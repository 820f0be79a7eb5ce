import { createCondition } from '../../memory/condition.ts'
import { compressedAhead, compressedAheadAtLeisure, type DecodingPlan } from './plan-memory.ts'
import { createThreadLimit, type ThreadLimit } from './thread-limit.ts'
import { createChunkSlots, startDecoderThread, type DecoderThread } from './thread/decoder-thread.ts'

/**
 * Decoder threads that share the memory of their compressed bytes. Each decodes one block at a
 * time.
 */
export class DecoderPool {
  readonly #plan: DecodingPlan
  readonly #signal: AbortSignal | undefined
  readonly #compressed = createChunkSlots(compressedAhead)
  readonly #limit: ThreadLimit
  readonly #started = new Set<DecoderThread>()
  readonly #idle: DecoderThread[] = []
  readonly #ending: Promise<void>[] = []
  readonly #changed = createCondition()
  #busy = 0
  #over = false

  /**
   * @param signal – see `startDecoderThread`
   * @param isStarved – see `DecodeXzOptions`
   */
  constructor(plan: DecodingPlan, signal: AbortSignal | undefined, isStarved?: () => boolean) {
    this.#plan = plan
    this.#signal = signal
    this.#limit = createThreadLimit(plan, isStarved)
  }

  /** Number of threads that may decode now. */
  get threads(): number {
    return this.#limit.threads
  }

  /** Returns whether `take` would have to wait. */
  get isFull(): boolean {
    return this.#busy >= this.#limit.threads
  }

  /** Maximum number of compressed bytes that are queued for one thread. */
  get ahead(): number {
    return this.#busy < this.#limit.threads ? compressedAhead : compressedAheadAtLeisure
  }

  /** Waits for a thread; returns null if the pool was ended. */
  async take(): Promise<DecoderThread | null> {
    while (this.isFull && !this.#over) await this.#changed.wait()
    if (this.#over) return null
    this.#busy++
    const thread = this.#idle.pop()
    if (thread !== undefined) return thread
    const fresh = startDecoderThread(this.#compressed, this.#plan.frames, this.#signal)
    this.#started.add(fresh)
    return fresh
  }

  /** Gives back a thread that has finished its block. If there are too many, the thread ends. */
  giveBack(thread: DecoderThread): void {
    this.#busy--
    if (this.#started.size > this.#limit.threads) {
      this.#started.delete(thread)
      this.#ending.push(thread.end())
    } else this.#idle.push(thread)
    this.#changed.notify()
  }

  /**
   * Counts a piece for the number of threads.
   * @param isAwaited – whether the consumer waited for it
   * @param isZeros – whether it is all zeros
   */
  countPiece(isAwaited: boolean, isZeros?: boolean): void {
    if (this.#limit.countPiece(isAwaited, isZeros)) this.#changed.notify()
  }

  /** Lets `take` return null from now on. */
  close(): void {
    this.#over = true
    this.#changed.notify()
  }

  async end(): Promise<void> {
    await Promise.all([...this.#ending, ...[...this.#started].map((thread) => thread.end())])
  }
}
