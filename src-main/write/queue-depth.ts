/** Bytes after which a depth has shown what it is good for. */
const windowSize = 16 * 1024 * 1024
/** Bytes after which the other depths get another chance. */
const lasts = 512 * 1024 * 1024
/** Another depth must be so many times better. */
const margin = 1.1
const allDepths = [2, 4, 1]

/** Finds out how many writes a drive likes to have at once. */
export interface QueueDepth {
  /** Writes that may be under way at once now. */
  readonly depth: number
  /** So fast went writing while there was always something to write. @param elapsed milliseconds */
  wrote(bytes: number, elapsed: number): void
}

/** Begins with 2, then tries 4 and 1, and stays with the best. It is always one of the three. @param most never more */
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
