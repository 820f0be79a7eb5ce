/** Counts the time in which something is under way. */
export interface BusyClock {
  /** What was begun and has not ended. */
  readonly underWay: number
  begin(): void
  end(): void
  /** Milliseconds so far in which anything was under way. */
  elapsed(): number
}

/** @param now milliseconds */
export function createBusyClock(now = () => performance.now()): BusyClock {
  let underWay = 0
  let since = 0
  let sum = 0
  return {
    get underWay() {
      return underWay
    },
    begin() {
      if (underWay++ === 0) since = now()
    },
    end() {
      if (--underWay === 0) sum += now() - since
    },
    elapsed: () => sum + (underWay > 0 ? now() - since : 0),
  }
}
