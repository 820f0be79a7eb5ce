/**
 * Estimate of a whole job's remaining time, for display. It counts down like a clock and rises only
 * when it must. Pure: the caller passes the time.
 */
export interface LeftEstimate {
  /**
   * Starts another phase with its own rate. The estimate continues from its current value.
   * @param pace – expected bytes per second until the rate is measured; null when unknown
   */
  begin(now: number, pace: number | null): void
  /**
   * Adds processed bytes.
   * @param bytes – bytes since the last call
   * @param now – milliseconds, never decreasing
   */
  advance(bytes: number, now: number): void
  /** Rate of this phase in bytes per second, measured or expected; null while unknown. */
  readonly pace: number | null
  /**
   * Returns the remaining seconds; null while unknown.
   * @param bytes – bytes that are left of the phase
   * @param now – milliseconds
   * @param afterwards – seconds that the later phases take
   */
  read(bytes: number, now: number, afterwards?: number): number | null
}

/** Time in which a measurement loses two thirds of its weight, in milliseconds. */
const memory = 15_000
/** Minimum time between measurements, in milliseconds. */
const interval = 500
/** Measuring time before the measured rate is used, in milliseconds. */
const leastMeasured = 1000
/**
 * Maximum length of a pause in the measurement, in milliseconds. A longer pause says no more about
 * the time to come.
 */
const longestPause = 10_000
/**
 * Margin by which a measured time must exceed the displayed one before the display rises: this
 * factor, plus these seconds.
 */
const doubt = { factor: 1.25, seconds: 2 }
/**
 * Time in which the displayed time falls two thirds of the way to a shorter one, in milliseconds.
 */
const ease = 4000
/** Maximum rise of the displayed time per second: this factor of it, plus these seconds. */
export const steepest = { factor: 0.1, seconds: 1 }

/**
 * Creates the estimate for one job.
 * @param startedAt – milliseconds
 */
export function createLeftEstimate(startedAt: number): LeftEstimate {
  let pace = 0
  let expected: number | null = null
  let unmeasured = 0
  let measuredAt = startedAt
  let measuredFor = 0
  let told: { seconds: number; at: number } | null = null
  let rising = false

  /**
   * Moves the displayed time towards the measured one.
   * @param passed – milliseconds since the last reading
   */
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
