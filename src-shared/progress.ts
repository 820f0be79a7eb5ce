/** How far a phase has come. Pure: time is passed in. */
export interface Progress {
  /** Bytes. */
  bytes: number
  total: number | null
  /** Bytes per second over the last seconds. */
  rate: number
  /** Seconds; null while nobody can know. */
  eta: number | null
}

export interface ProgressMeter {
  /** @param now milliseconds, never going back */
  advance(bytes: number, now: number): void
  /** @param now milliseconds */
  read(now: number): Progress
}

/** Milliseconds after which a measurement has lost two thirds of its weight in the rate. */
const memory = 3000
/** Milliseconds between measurements: shorter ones say more of the scheduler than of the drive. */
const interval = 100
/** Milliseconds without a byte after which nothing goes on. */
const standstill = 3000

/**
 * @param total bytes, or null when nobody knows
 * @param startedAt milliseconds
 */
export function createProgressMeter(total: number | null, startedAt: number): ProgressMeter {
  let bytes = 0
  let rate = 0
  let measuredBytes = 0
  let measuredAt = startedAt
  let advancedAt = startedAt

  return {
    advance(more, now) {
      bytes += more
      advancedAt = now
      const elapsed = now - measuredAt
      if (elapsed < interval) return
      const current = ((bytes - measuredBytes) / elapsed) * 1000
      // The first measurements count fully, so that the rate does not creep up from zero.
      const weight = Math.max(1 - Math.exp(-elapsed / memory), elapsed / (now - startedAt))
      rate += (current - rate) * weight
      measuredBytes = bytes
      measuredAt = now
    },
    read(now) {
      // What came before a standstill says nothing of what comes after it.
      if (now - advancedAt >= standstill) return { bytes, total, rate: 0, eta: null }
      // Before the first measurement all there is is the mean.
      const current = measuredAt > startedAt ? rate : (bytes / Math.max(1, now - startedAt)) * 1000
      const known = total !== null && rate > 0 && measuredAt - startedAt >= 1000
      return { bytes, total, rate: current, eta: known ? Math.max(0, total - bytes) / rate : null }
    },
  }
}
