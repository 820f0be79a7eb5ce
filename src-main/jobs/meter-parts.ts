import type { PartRates, Stage } from '../../src-shared/job.ts'
import { createRateMeter, type RateMeter } from '../../src-shared/rate-meter.ts'

/** Number of bytes that each part of the pipeline has passed on, counted from any fixed time. */
export type Moved = Partial<Record<Stage, number>>

/**
 * Measures the rate of each part between two calls.
 * @param startedAt – start time in milliseconds
 */
export function meterParts(moved: () => Moved, startedAt: number): (now: number) => PartRates {
  const parts = new Map<string, { meter: RateMeter; bytes: number }>()
  const bytesBefore = moved()
  return (now) => {
    const rates = Object.entries(moved()).map(([name, bytes]) => {
      const part = parts.get(name) ?? {
        meter: createRateMeter(startedAt),
        bytes: bytesBefore[name as Stage] ?? 0,
      }
      parts.set(name, part)
      // When the image is read again, its bytes are counted from 0 again.
      if (bytes !== part.bytes) part.meter.advance(Math.max(0, bytes - part.bytes), now)
      part.bytes = bytes
      return [name, part.meter.read(now)]
    })
    return Object.fromEntries(rates) as PartRates
  }
}
