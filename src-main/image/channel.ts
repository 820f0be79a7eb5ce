/** A bounded queue between two parts of the pipeline that run at their own pace. */
export interface Channel<T> extends AsyncIterable<T> {
  /** Waits for room. Answers false when nobody reads any more. */
  send(value: T): Promise<boolean>
  /** No more values: readers end after the last one, with the error if there is one. */
  close(error?: unknown): void
  /** The reader gives up: what is queued is dropped. */
  abandon(): void
  /** Looks again whether there is room, for a capacity that changes. */
  wake(): void
}

/**
 * @param capacity what the values that wait may weigh together before the next one has to wait
 * @param weigh what a value counts for; 1 unless told otherwise
 */
export function createChannel<T>(capacity: number | (() => number), weigh: (value: T) => number = () => 1): Channel<T> {
  const queue: T[] = []
  const limit = typeof capacity === 'number' ? () => capacity : capacity
  let weight = 0
  let ended: { error?: unknown } | null = null
  let abandoned = false
  let wakeReader = () => {}
  let wakeWriter = () => {}

  async function* read(): AsyncGenerator<T> {
    try {
      for (;;) {
        while (queue.length > 0) {
          const value = queue.shift() as T
          weight -= weigh(value)
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
    weight = 0
    wakeWriter()
  }

  return {
    async send(value) {
      while (weight >= limit() && !abandoned) await new Promise<void>((resolve) => (wakeWriter = resolve))
      if (abandoned) return false
      queue.push(value)
      weight += weigh(value)
      wakeReader()
      return true
    },
    close(error) {
      ended ??= error === undefined ? {} : { error }
      wakeReader()
    },
    abandon,
    wake: () => wakeWriter(),
    [Symbol.asyncIterator]: read,
  }
}

/** Milliseconds that a reader has waited for it to have something. */
export interface WaitMeter {
  waited: number
}

/** Counts how long the reader of an iterable waits for it. */
export async function* meterWaits<T>(values: AsyncIterable<T>, meter: WaitMeter): AsyncGenerator<T> {
  const reader = values[Symbol.asyncIterator]()
  try {
    for (;;) {
      const before = performance.now()
      const { done, value } = await reader.next()
      meter.waited += performance.now() - before
      if (done) return
      yield value
    }
  } finally {
    await reader.return?.()
  }
}

/** Runs an iterable ahead of its reader, by so many values at most. */
export async function* readAhead<T>(values: AsyncIterable<T>, capacity: number): AsyncGenerator<T> {
  const channel = createChannel<T>(capacity)
  const filling = (async () => {
    try {
      for await (const value of values) if (!(await channel.send(value))) return
      channel.close()
    } catch (error) {
      channel.close(error)
    }
  })()
  try {
    yield* channel
  } finally {
    channel.abandon()
    await filling
  }
}
