import type { Stage, PartRates } from '../../src-shared/job.ts'

/**
 * The rate of each part over the duration of a job. It holds the mean rate of each time interval.
 * The number of intervals is limited, so the size does not grow with the duration.
 */
export interface RateHistory {
  /** Length of an interval, in seconds. */
  width: number
  stretches: readonly Stretch[]
}

interface Stretch {
  /** Index of the interval, starting at 0. */
  index: number
  /** Mean rates, in bytes per second. */
  rates: PartRates
  /** Number of measurements in the interval. */
  count: number
}

export const noRates: RateHistory = { width: 0.5, stretches: [] }
const mostStretches = 240

/**
 * Adds rates to a history. Doubles the interval when there are too many intervals.
 * @param at – seconds since the job began; must not decrease
 */
export function addRates(history: RateHistory, rates: PartRates, at: number): RateHistory {
  const added = join([...history.stretches, { index: Math.floor(at / history.width), rates, count: 1 }])
  if (added.at(-1)!.index < mostStretches) return { ...history, stretches: added }
  const halved = added.map((stretch) => ({ ...stretch, index: Math.floor(stretch.index / 2) }))
  return { width: history.width * 2, stretches: join(halved) }
}

/** Merges intervals that have the same index. */
function join(stretches: Stretch[]): Stretch[] {
  const joined: Stretch[] = []
  for (const stretch of stretches) {
    const last = joined.at(-1)
    if (last?.index === stretch.index) joined[joined.length - 1] = mean(last, stretch)
    else joined.push(stretch)
  }
  return joined
}

function mean(a: Stretch, b: Stretch): Stretch {
  const rates = { ...a.rates }
  for (const [part, rate] of Object.entries(b.rates) as [Stage, number][]) {
    const before = a.rates[part]
    rates[part] = before === undefined ? rate : (before * a.count + rate * b.count) / (a.count + b.count)
  }
  return { index: a.index, rates, count: a.count + b.count }
}

/**
 * Plot data: a column of times in seconds, then one column of rates per line. A null is a gap in
 * the line, where the part was idle.
 */
export type Columns = [number[], ...(number | null)[][]]

/**
 * Converts a history to plot data.
 * @param lines – the parts of each line; an interval has a rate for at most one of them
 */
export function columnsOf({ width, stretches }: RateHistory, lines: readonly (readonly Stage[])[]): Columns {
  const places: number[] = []
  const columns: (number | null)[][] = lines.map(() => [])
  for (const { index, rates } of stretches) {
    const last = places.at(-1)
    const place = index * width
    // Nothing was measured for a while: break the line.
    if (last !== undefined && place - last > 3 * width + 2) {
      places.push(last + width)
      for (const column of columns) column.push(null)
    }
    places.push(place)
    lines.forEach((parts, line) => {
      const part = parts.find((each) => rates[each] !== undefined)
      columns[line]!.push(part === undefined ? null : rates[part]!)
    })
  }
  return [places, ...columns]
}
