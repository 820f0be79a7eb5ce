/** A bounded queue between two parts of the pipeline that run at their own pace. */
export interface Channel<T> extends AsyncIterable<T> {
  /** Waits for room. Answers false when nobody reads any more. */
  send(value: T): Promise<boolean>
  /** No more values: readers end after the last one, with the error if there is one. */
  close(error?: unknown): void
  /** The reader gives up: what is queued is dropped. */
  abandon(): void
}

/** Room that several channels share: what does not fit into one of them may wait here. */
export interface SharedRoom {
  /** Values that all channels together may hold beyond their own capacity. */
  readonly limit: number
  held: number
  readonly wakes: Set<() => void>
}

export const createSharedRoom = (limit: number): SharedRoom => ({ limit, held: 0, wakes: new Set() })

/**
 * @param capacity values that may wait
 * @param shared where more may wait
 * @param weigh what a value counts for; 1 unless told otherwise
 */
export function createChannel<T>(
  capacity: number,
  { shared = createSharedRoom(0), weigh = () => 1 }: { shared?: SharedRoom; weigh?: (value: T) => number } = {},
): Channel<T> {
  const queue: T[] = []
  let weight = 0
  let ended: { error?: unknown } | null = null
  let abandoned = false
  let wakeReader = () => {}
  let wakeWriter = () => {}

  /** Counts a value in or out, in the shared room what is beyond the own capacity. */
  function change(by: number) {
    const before = Math.max(0, weight - capacity)
    weight += by
    const after = Math.max(0, weight - capacity)
    shared.held += after - before
    if (by > 0) return
    wakeWriter()
    if (after < before) for (const wake of shared.wakes) wake()
  }

  async function* read(): AsyncGenerator<T> {
    try {
      for (;;) {
        while (queue.length > 0) {
          const value = queue.shift() as T
          change(-weigh(value))
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
    change(-weight)
  }

  return {
    async send(value) {
      while (weight >= capacity && shared.held >= shared.limit && !abandoned)
        await new Promise<void>((resolve) => {
          wakeWriter = resolve
          shared.wakes.add(resolve)
        }).finally(() => shared.wakes.delete(wakeWriter))
      if (abandoned) return false
      queue.push(value)
      change(weigh(value))
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
