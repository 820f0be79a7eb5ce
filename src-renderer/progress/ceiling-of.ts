import type { Columns } from '../job/rate-history.ts'

/**
 * Returns the maximum of the plot's rate axis, in bytes per second. It is based on the 95th
 * percentile of each line, so that short peaks do not flatten the plot.
 */
export function ceilingOf([, ...columns]: Columns): number {
  const highs = columns.map((column) => {
    const sorted = column.filter((rate) => rate !== null).sort((a, b) => a - b)
    return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0
  })
  return Math.max(...highs) * 1.15
}
