/** Condition variable. */
export interface Condition {
  /** Wakes everyone who waits now. */
  notify(): void
  /** Resolves at the next `notify`. */
  wait(): Promise<void>
}

export function createCondition(): Condition {
  let waiting: (() => void)[] = []
  return {
    notify() {
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
    wait: () => new Promise((resolve) => waiting.push(resolve)),
  }
}
