import type { BusyClock } from './busy-clock.ts'

/** A bounded queue between two parts of the pipeline that run at their own pace. */
export interface Channel<T> extends AsyncIterable<T> {
  /** Waits for room. Answers false when nobody reads any more. */
  send(value: T): Promise<boolean>
  /** No more values: readers end after the last one, with the error if there is one. */
  close(error?: unknown): void
  /** The reader gives up: what is queued is dropped. */
  abandon(): void
}

/** @param capacity values that may wait */
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

/** Counts how long the reader of an iterable waits for it, from the moment on at which it asks. */
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
