import type { Limit, PartRates } from '../../src-shared/job.ts'

/** How fast each part was, over the time of a job: the mean of each of so many stretches, so that it stays small however long the job is. */
export interface RateHistory {
  /** Seconds of a stretch. */
  width: number
  stretches: readonly Stretch[]
}

interface Stretch {
  /** Its place, from 0 on. */
  index: number
  /** Bytes per second. */
  rates: PartRates
  /** Measurements in it. */
  count: number
}

export const noRates: RateHistory = { width: 0.5, stretches: [] }
const mostStretches = 240

/** @param at seconds since the job began, never going back */
export function addRates(history: RateHistory, rates: PartRates, at: number): RateHistory {
  const added = join([...history.stretches, { index: Math.floor(at / history.width), rates, count: 1 }])
  if (added.at(-1)!.index < mostStretches) return { ...history, stretches: added }
  const halved = added.map((stretch) => ({ ...stretch, index: Math.floor(stretch.index / 2) }))
  return { width: history.width * 2, stretches: join(halved) }
}

/** Stretches of one place become one. */
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
  for (const [part, rate] of Object.entries(b.rates) as [Limit, number][]) {
    const before = a.rates[part]
    rates[part] = before === undefined ? rate : (before * a.count + rate * b.count) / (a.count + b.count)
  }
  return { index: a.index, rates, count: a.count + b.count }
}

/** A column of places in seconds, and one for each line; a line has a gap (null) where its part had nothing to do. */
export type Columns = [number[], ...(number | null)[][]]

/** @param lines the parts of each line: of these a stretch has one at most */
export function columnsOf({ width, stretches }: RateHistory, lines: readonly (readonly Limit[])[]): Columns {
  const places: number[] = []
  const columns: (number | null)[][] = lines.map(() => [])
  for (const { index, rates } of stretches) {
    const last = places.at(-1)
    const place = index * width
    // Nothing was measured for a while: no line leads over it.
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
