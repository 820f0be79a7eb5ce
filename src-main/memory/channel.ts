import type { BusyClock } from './busy-clock.ts'

/** A bounded queue between two stages of the pipeline that run at different speeds. */
export interface Channel<T> extends AsyncIterable<T> {
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
  let wakeReader = () => {}
  let wakeWriter = () => {}

  async function* read(): AsyncGenerator<T> {
    try {
      for (;;) {
        while (queue.length > 0) {
          const value = queue.shift() as T
          wakeWriter()
          yield value
        }
        if (ended !== null) {
          if ('error' in ended) throw ended.error
          return
        }
        await new Promise<void>((resolve) => (wakeReader = resolve))
      }
    } finally {
      abandon()
    }
  }

  function abandon() {
    abandoned = true
    queue.length = 0
    wakeWriter()
  }

  return {
    async send(value) {
      while (queue.length >= capacity && !abandoned) await new Promise<void>((resolve) => (wakeWriter = resolve))
      if (abandoned) return false
      queue.push(value)
      wakeReader()
      return true
    },
    close(error) {
      ended ??= error === undefined ? {} : { error }
      wakeReader()
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
