/** Number of bytes per measurement of one depth. */
const windowSize = 16 * 1024 * 1024
/** Number of bytes after which the other depths are tried again. */
const lasts = 512 * 1024 * 1024
/** Factor by which another depth must be faster to replace the best one. */
const margin = 1.1
const allDepths = [2, 4, 1]

/** Measures how many concurrent writes suit a drive best. */
export interface QueueDepth {
  /** Current number of writes that may be in progress at once. */
  readonly depth: number
  /**
   * Adds a measurement, taken while there was always data to write.
   * @param bytes – number of bytes written
   * @param elapsed – time in milliseconds
   */
  wrote(bytes: number, elapsed: number): void
}

/**
 * Starts with a depth of 2, then tries 4 and 1, and keeps the best. The depth is always one of
 * these three.
 * @param most – upper limit of the depth
 */
export function measureQueueDepth(most = Infinity): QueueDepth {
  const depths = allDepths.filter((each) => each <= most)
  let best = { depth: depths[0]!, rate: 0 }
  let waiting = depths.slice(1)
  let depth = best.depth
  let seen = { bytes: 0, elapsed: 0 }
  return {
    get depth() {
      return depth
    },
    wrote(bytes, elapsed) {
      seen.bytes += bytes
      seen.elapsed += elapsed
      const settled = depth === best.depth && waiting.length === 0
      if (seen.bytes < (settled ? lasts : windowSize)) return
      const rate = seen.bytes / Math.max(seen.elapsed, 0.001)
      seen = { bytes: 0, elapsed: 0 }
      if (depth === best.depth) best.rate = rate
      else if (rate > best.rate * margin) best = { depth, rate }
      if (settled) waiting = depths.filter((each) => each !== best.depth)
      depth = waiting.shift() ?? best.depth
    },
  }
}
