/** Meter of a transfer rate. Pure: the caller passes the time. */
export interface RateMeter {
  /**
   * Adds transferred bytes.
   * @param bytes – bytes since the last call
   * @param now – milliseconds, never decreasing
   */
  advance(bytes: number, now: number): void
  /**
   * Returns the rate over the last seconds, in bytes per second.
   * @param now – milliseconds
   */
  read(now: number): number
}

/** Time in which a measurement loses two thirds of its weight, in milliseconds. */
const memory = 3000
/**
 * Minimum time between measurements, in milliseconds. Shorter ones measure the scheduler rather
 * than the drive.
 */
const interval = 100
/** Time without a byte after which a transfer counts as stalled, in milliseconds. */
export const standstill = 3000

/**
 * Creates a meter for one transfer.
 * @param startedAt – milliseconds
 */
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
      // Limits the weight of a stall: the rate after it shows within seconds, however long the
      // stall was.
      const elapsed = Math.min(now - measuredAt, standstill)
      if (elapsed < interval) return
      const current = (unmeasured / elapsed) * 1000
      // The first measurements have full weight, so that the rate does not creep up from zero.
      const weight = Math.max(1 - Math.exp(-elapsed / memory), elapsed / (now - startedAt))
      rate += (current - rate) * weight
      unmeasured = 0
      measuredAt = now
    },
    read(now) {
      if (now - advancedAt >= standstill) return 0
      // Before the first measurement, only the mean is available.
      return measuredAt > startedAt ? rate : (sum / Math.max(1, now - startedAt)) * 1000
    },
  }
}
