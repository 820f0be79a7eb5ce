/**
 * The time that is left of a whole job, for people: it falls as a clock does, and rises only where it has to. Pure: time is
 * passed in.
 */
export interface LeftEstimate {
  /**
   * Another phase begins, with a pace of its own; what was told holds on.
   * @param pace bytes per second that is expected of it until it is measured; null when nobody knows
   */
  begin(now: number, pace: number | null): void
  /** @param bytes since the last call @param now milliseconds, never going back */
  advance(bytes: number, now: number): void
  /** Bytes per second of this phase, measured or expected; null while nobody knows. */
  readonly pace: number | null
  /**
   * Seconds; null while nobody can know.
   * @param bytes that are left of the phase @param now milliseconds @param afterwards seconds that what follows it takes
   */
  read(bytes: number, now: number, afterwards?: number): number | null
}

/** Milliseconds after which a measurement has lost two thirds of its weight. */
const memory = 15_000
/** Milliseconds between measurements. */
const interval = 500
/** Milliseconds before which all is guessing. */
const leastMeasured = 1000
/** Milliseconds that a pause counts, at most: what it says of the time to come does not grow with its length. */
const longestPause = 10_000
/** A measured time that is longer than the one that is told, by this factor and these seconds, is believed. */
const doubt = { factor: 1.25, seconds: 2 }
/** Milliseconds in which the told time does two thirds of its way down to a shorter one. */
const ease = 4000
/** Of the told time, and seconds, by which it rises in a second, at most. */
export const steepest = { factor: 0.1, seconds: 1 }

/** @param startedAt milliseconds */
export function createLeftEstimate(startedAt: number): LeftEstimate {
  let pace = 0
  let expected: number | null = null
  let unmeasured = 0
  let measuredAt = startedAt
  let measuredFor = 0
  let told: { seconds: number; at: number } | null = null
  let rising = false

  /** @param passed milliseconds */
  function approach(measured: number, seconds: number, passed: number): number {
    if (measured <= seconds) rising = false
    else rising ||= measured > seconds * doubt.factor + doubt.seconds
    if (rising) return Math.min(measured, seconds + (passed / 1000) * (seconds * steepest.factor + steepest.seconds))
    const due = Math.max(0, seconds - passed / 1000)
    return measured < due ? measured + (due - measured) * Math.exp(-passed / ease) : Math.min(measured, seconds)
  }

  const paceNow = () => (pace > 0 && measuredFor >= leastMeasured ? pace : expected)

  return {
    begin(now, next) {
      pace = 0
      expected = next
      unmeasured = 0
      measuredAt = now
      measuredFor = 0
    },
    get pace() {
      return paceNow()
    },
    advance(bytes, now) {
      unmeasured += bytes
      if (now - measuredAt < interval) return
      const elapsed = Math.min(now - measuredAt, longestPause)
      measuredFor += elapsed
      const weight = Math.max(1 - Math.exp(-elapsed / memory), elapsed / measuredFor)
      pace += ((unmeasured / elapsed) * 1000 - pace) * weight
      unmeasured = 0
      measuredAt = now
    },
    read(bytes, now, afterwards = 0) {
      const rate = paceNow()
      if (rate === null && bytes > 0) return null
      const measured = (rate === null ? 0 : Math.max(0, bytes / rate)) + afterwards
      if (told === null) told = { seconds: measured, at: now }
      told = { seconds: approach(measured, told.seconds, now - told.at), at: now }
      return told.seconds
    },
  }
}
