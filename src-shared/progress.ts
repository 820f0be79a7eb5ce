import { createLeftEstimate, type LeftEstimate } from './estimate-left.ts'
import { createRateMeter, standstill } from './rate-meter.ts'

/** How far a phase has come. Pure: time is passed in. */
export interface Progress {
  /** Bytes. */
  bytes: number
  total: number | null
  /** Bytes per second over the last seconds. */
  rate: number
  /** Seconds until the job is over; null while nobody can know. */
  eta: number | null
}

/** What is known of the time that a phase and what follows it will take. */
export interface Outlook {
  /** Bytes per second that are expected of the phase, until it has shown its own pace. */
  pace?: number | null
  /** Seconds of all that follows it, at this pace of its own; null while nobody knows. */
  afterwards?: (pace: number | null) => number | null
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
 * @param left of the whole job, which goes on from phase to phase
 */
export function createProgressMeter(
  total: number | null,
  startedAt: number,
  { pace = null, afterwards }: Outlook = {},
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
    // A flush has no length that anybody knows, and is short beside what follows it.
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
