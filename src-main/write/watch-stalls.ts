import type { Warn } from '../../src-shared/warnings.ts'
import type { Clock } from '../memory/clock.ts'

/** Time without an answer after which the job warns, in milliseconds. */
const patience = 10_000

/** Warns of a drive that does not answer. */
export interface StallWatch {
  /** Runs an operation of the drive, and warns once if it takes too long. */
  during<T>(act: () => Promise<T>): Promise<T>
  /** Ends the watch, whatever is still in progress. */
  stop(): void
}

export function watchStalls(clock: Clock, warn: Warn): StallWatch {
  const underWay = new Set<{ since: number; told: boolean }>()
  const stopped = new AbortController()
  let watching = false

  /** Runs while any operation is in progress. */
  async function watch() {
    watching = true
    while (underWay.size > 0 && !stopped.signal.aborted) {
      const oldest = [...underWay].find(({ told }) => !told)
      const left = oldest === undefined ? patience : oldest.since + patience - clock.now()
      if (left > 0) await clock.sleep(left, stopped.signal).catch(() => undefined)
      else {
        for (const each of underWay) each.told = true
        warn('drive-stalled', { seconds: patience / 1000 })
      }
    }
    watching = false
  }

  return {
    async during(act) {
      const operation = { since: clock.now(), told: false }
      underWay.add(operation)
      if (!watching) void watch()
      try {
        return await act()
      } finally {
        underWay.delete(operation)
      }
    },
    stop: () => stopped.abort(),
  }
}
