import type { Socket } from 'node:net'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import { readLines, sendLine } from './lines.ts'
import { reply, unpackError, type Order, type Reply } from './messages.ts'

interface Pending {
  resolve(reply: Reply): void
  reject(error: unknown): void
}

/** Applies `Omit` to each kind of order separately. */
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

/** Sends orders to the helper at the other end of a stream, and receives its replies. */
export class HelperConnection {
  readonly #stream: Socket
  readonly #drive: string
  readonly #onEnd: () => void
  readonly #pending = new Map<number, Pending>()
  #ids = 0
  #lost: KindlingError | null = null

  /**
   * @param drive – device name for failures
   * @param onEnd – called once, when the connection ends
   */
  constructor(stream: Socket, drive: string, onEnd: () => void) {
    this.#stream = stream
    this.#drive = drive
    this.#onEnd = onEnd
    void this.#listen()
  }

  /** @throws helper-lost, or the failure of the helper */
  ask(order: WithoutId<Order>): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      if (this.#lost) return reject(this.#lost)
      const id = this.#ids++
      this.#pending.set(id, { resolve, reject })
      sendLine(this.#stream, { ...order, id })
    })
  }

  /** Ends the connection. All orders fail with the returned error; the first reason counts. */
  lose(reason: Said): KindlingError {
    if (this.#lost === null) {
      this.#lost = new KindlingError('helper-lost', { drive: this.#drive, reason })
      for (const { reject } of this.#pending.values()) reject(this.#lost)
      this.#pending.clear()
      this.#stream.destroy()
      this.#onEnd()
    }
    return this.#lost
  }

  async #listen(): Promise<void> {
    try {
      for await (const message of readLines(this.#stream, reply)) {
        const waiting = this.#pending.get(message.id)
        this.#pending.delete(message.id)
        if ('failed' in message) waiting?.reject(unpackError(message.failed))
        else waiting?.resolve(message)
      }
      this.lose(say('helper-ended'))
    } catch (error) {
      this.lose(reasonOf(error))
    }
  }
}
