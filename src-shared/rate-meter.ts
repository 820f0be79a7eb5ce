/** How fast something goes. Pure: time is passed in. */
export interface RateMeter {
  /** @param bytes since the last call @param now milliseconds, never going back */
  advance(bytes: number, now: number): void
  /** Bytes per second over the last seconds. @param now milliseconds */
  read(now: number): number
}

/** Milliseconds after which a measurement has lost two thirds of its weight. */
const memory = 3000
/** Milliseconds between measurements: shorter ones say more of the scheduler than of the drive. */
const interval = 100
/** Milliseconds without a byte after which nothing goes on. */
export const standstill = 3000

/** @param startedAt milliseconds */
export function createRateMeter(startedAt: number): RateMeter {
  let rate = 0
  let unmeasured = 0
  let sum = 0
  let measuredAt = startedAt
  let advancedAt = startedAt

  return {
    advance(bytes, now) {
      unmeasured += bytes
      sum += bytes
      advancedAt = now
      // However long a standstill was, what comes after it shows within seconds.
      const elapsed = Math.min(now - measuredAt, standstill)
      if (elapsed < interval) return
      const current = (unmeasured / elapsed) * 1000
      // The first measurements count fully, so that the rate does not creep up from zero.
      const weight = Math.max(1 - Math.exp(-elapsed / memory), elapsed / (now - startedAt))
      rate += (current - rate) * weight
      unmeasured = 0
      measuredAt = now
    },
    read(now) {
      if (now - advancedAt >= standstill) return 0
      // Before the first measurement all there is is the mean.
      return measuredAt > startedAt ? rate : (sum / Math.max(1, now - startedAt)) * 1000
    },
  }
}
