import type { BusyClock } from './busy-clock.ts'
import { createCondition } from './condition.ts'

/** A bounded queue between two stages of the pipeline that run at different speeds. */
export interface Channel<T> extends AsyncIterable<T> {
  /** Number of queued values. */
  readonly length: number
  /** Waits until the queue has room, then adds a value. Returns false if the reader has stopped. */
  send(value: T): Promise<boolean>
  /** Ends the queue. The reader ends after the last value, and throws the error if there is one. */
  close(error?: unknown): void
  /** Stops reading and drops the queued values. */
  abandon(): void
}

/**
 * Creates a channel.
 * @param capacity – maximum number of queued values
 */
export function createChannel<T>(capacity: number): Channel<T> {
  const queue: T[] = []
  let ended: { error?: unknown } | null = null
  let abandoned = false
  const filled = createCondition()
  const emptied = createCondition()

  async function* read(): AsyncGenerator<T> {
    try {
      for (;;) {
        while (queue.length > 0) {
          const value = queue.shift() as T
          emptied.notify()
          yield value
        }
        if (ended !== null) {
          if ('error' in ended) throw ended.error
          return
        }
        await filled.wait()
      }
    } finally {
      abandon()
    }
  }

  function abandon() {
    abandoned = true
    queue.length = 0
    emptied.notify()
  }

  return {
    get length() {
      return queue.length
    },
    async send(value) {
      while (queue.length >= capacity && !abandoned) await emptied.wait()
      if (abandoned) return false
      queue.push(value)
      filled.notify()
      return true
    },
    close(error) {
      ended ??= error === undefined ? {} : { error }
      filled.notify()
    },
    abandon,
    [Symbol.asyncIterator]: read,
  }
}

/**
 * Measures how long the consumer waits for the values of an iterable. Each wait starts when the
 * consumer requests a value.
 */
export async function* meterWaits<T>(values: AsyncIterable<T>, waits: BusyClock): AsyncGenerator<T> {
  const reader = values[Symbol.asyncIterator]()
  try {
    for (;;) {
      waits.begin()
      const { done, value } = await reader.next().finally(waits.end)
      if (done) return
      yield value
    }
  } finally {
    await reader.return?.()
  }
}
