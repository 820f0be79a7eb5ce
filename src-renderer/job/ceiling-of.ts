import type { Columns } from './rate-history.ts'

/** What the plot's height stands for, in bytes per second: nearly everything, but not what stood out for a moment. */
export function ceilingOf([, ...columns]: Columns): number {
  const highs = columns.map((column) => {
    const sorted = column.filter((rate) => rate !== null).sort((a, b) => a - b)
    return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0
  })
  return Math.max(...highs) * 1.15
}
