/** A bounded queue between two parts of the pipeline that run at their own pace. */
export interface Channel<T> extends AsyncIterable<T> {
  /** Waits for room. Answers false when nobody reads any more. */
  send(value: T): Promise<boolean>
  /** No more values: readers end after the last one, with the error if there is one. */
  close(error?: unknown): void
  /** The reader gives up: what is queued is dropped. */
  abandon(): void
}

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

/** Milliseconds that the reader of a queue has waited for it to have something. */
export interface WaitMeter {
  waited: number
}

/**
 * Runs an iterable ahead of its reader, by so many values at most.
 * @param meter counts how long the reader waited
 */
export async function* readAhead<T>(values: AsyncIterable<T>, capacity: number, meter?: WaitMeter): AsyncGenerator<T> {
  const channel = createChannel<T>(capacity)
  const filling = (async () => {
    try {
      for await (const value of values) if (!(await channel.send(value))) return
      channel.close()
    } catch (error) {
      channel.close(error)
    }
  })()
  const reader = channel[Symbol.asyncIterator]()
  try {
    for (;;) {
      const before = performance.now()
      const { done, value } = await reader.next()
      if (meter) meter.waited += performance.now() - before
      if (done) return
      yield value
    }
  } finally {
    channel.abandon()
    await filling
  }
}
