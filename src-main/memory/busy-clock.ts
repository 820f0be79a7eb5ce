/** Measures the time during which at least one operation is in progress. */
export interface BusyClock {
  /** Number of operations in progress. */
  readonly underWay: number
  begin(): void
  end(): void
  /** Total time with an operation in progress, in milliseconds. */
  elapsed(): number
}

/**
 * Creates a `BusyClock`.
 * @param now – returns the current time, in milliseconds
 */
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
