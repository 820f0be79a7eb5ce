import { createLeftEstimate, type LeftEstimate } from './estimate-left.ts'
import { createRateMeter, standstill } from './rate-meter.ts'

/** Progress of a phase. Pure: the caller passes the time. */
export interface Progress {
  /** Bytes done. */
  bytes: number
  total: number | null
  /** Rate over the last seconds, in bytes per second. */
  rate: number
  /** Seconds until the job is done; null while unknown. */
  eta: number | null
}

/** Hints about the duration of a phase and of the phases after it. */
export interface EtaHint {
  /** Expected rate in bytes per second, until the phase has shown its own. */
  pace?: number | null
  /** Seconds that the later phases will take, given the rate of this one; null while unknown. */
  afterwards?: (pace: number | null) => number | null
}

/**
 * Hint that a long phase of unknown length follows. The remaining time of the current phase alone
 * would be misleading.
 */
export const unknownEta: EtaHint = { afterwards: () => null }

export interface ProgressMeter {
  /**
   * Adds processed bytes.
   * @param bytes – bytes since the last call
   * @param now – milliseconds, never decreasing
   */
  advance(bytes: number, now: number): void
  /**
   * Returns the progress so far.
   * @param now – milliseconds
   */
  read(now: number): Progress
}

/**
 * Creates the meter of one phase.
 * @param total – bytes, or null when unknown
 * @param startedAt – milliseconds
 * @param left – estimate of the whole job, which its phases share
 */
export function createProgressMeter(
  total: number | null,
  startedAt: number,
  { pace = null, afterwards }: EtaHint = {},
  left: LeftEstimate = createLeftEstimate(startedAt),
): ProgressMeter {
  const rate = createRateMeter(startedAt)
  left.begin(startedAt, pace)
  let bytes = 0
  let advancedAt = startedAt

  function readLeft(now: number): number | null {
    const later = afterwards === undefined ? 0 : afterwards(left.pace)
    if (later === null) return null
    if (total !== null) return left.read(total - bytes, now, later)
    // The duration of a flush is unknown, but short compared with the phases after it.
    return later > 0 ? left.read(0, now, later) : null
  }

  return {
    advance(more, now) {
      bytes += more
      advancedAt = now
      rate.advance(more, now)
      left.advance(more, now)
    },
    read(now) {
      return { bytes, total, rate: rate.read(now), eta: now - advancedAt < standstill ? readLeft(now) : null }
    },
  }
}
