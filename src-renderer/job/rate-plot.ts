import type { Sample } from './job-view.ts'

const bins = 120

/**
 * Rates over a phase as an SVG path in a box of `width` × `height`: x is the place in the image, so that the line grows
 * and never moves. Samples without a place are spread by their order.
 */
export function plotRates(
  samples: Sample[],
  highest: number,
  width: number,
  height: number,
): { line: string; area: string } {
  const averages = average(samples)
  // What was measured first holds from the phase's start.
  const points = [{ at: 0, rate: averages[0]?.rate ?? 0 }, ...averages].map(
    ({ at, rate }) => `${round(at * width)} ${round(height - (highest > 0 ? rate / highest : 0) * height)}`,
  )
  if (points.length < 2) return { line: '', area: '' }
  const line = `M${points.join('L')}`
  const [first, last] = [points[0]!.split(' ')[0], points.at(-1)!.split(' ')[0]]
  return { line, area: `${line}L${last} ${height}L${first} ${height}Z` }
}

/** One point for each bin that has samples. */
function average(samples: Sample[]): { at: number; rate: number }[] {
  const sums = new Map<number, { sum: number; count: number }>()
  samples.forEach(({ at, rate }, index) => {
    const bin = Math.floor((at ?? index / Math.max(bins, samples.length)) * bins)
    const { sum, count } = sums.get(bin) ?? { sum: 0, count: 0 }
    sums.set(bin, { sum: sum + rate, count: count + 1 })
  })
  return [...sums].sort(([a], [b]) => a - b).map(([bin, { sum, count }]) => ({ at: bin / bins, rate: sum / count }))
}

const round = (value: number): number => Math.round(value * 10) / 10
