import { createLeftEstimate } from './estimate-left.ts'
import { createRateMeter, standstill } from './rate-meter.ts'

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

/**
 * @param total bytes, or null when nobody knows
 * @param startedAt milliseconds
 */
export function createProgressMeter(total: number | null, startedAt: number): ProgressMeter {
  const rate = createRateMeter(startedAt)
  const left = createLeftEstimate(startedAt)
  let bytes = 0
  let advancedAt = startedAt

  return {
    advance(more, now) {
      bytes += more
      advancedAt = now
      rate.advance(more, now)
      left.advance(more, now)
    },
    read(now) {
      const known = total !== null && now - advancedAt < standstill
      return { bytes, total, rate: rate.read(now), eta: known ? left.read(total - bytes, now) : null }
    },
  }
}
