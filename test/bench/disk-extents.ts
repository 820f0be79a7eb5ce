import { makeRandom } from '../support/images/random-bytes.ts'
import { mib } from '../support/files/mib.ts'

/** A byte range of a disk; the end is exclusive. */
export interface Extent {
  start: number
  end: number
}

const page = 4096
/** Length of the shortest and of the longest free stretch, in bytes. */
const shortest = page
const longest = 48 * mib

/**
 * Returns the byte ranges of a disk that contain files. The free stretches between them are a few
 * KiB to tens of MiB long, evenly distributed over the orders of magnitude. All ranges are aligned
 * to 4096 bytes, and the same seed gives the same ranges.
 * @param whole – range of the partitions
 * @param free – total number of bytes that stay zero
 */
export function layExtents(whole: Extent, free: number, seed = 1): Extent[] {
  const random = makeRandom(seed)
  const fraction = () => random() / 2 ** 32
  const gaps: number[] = []
  for (let left = toPages(free); left > 0; left -= gaps.at(-1)!)
    gaps.push(Math.min(left, toPages(shortest * (longest / shortest) ** fraction())))

  const used = toPages(whole.end - whole.start) - toPages(free)
  const weights = gaps.map(() => 0.05 + fraction() ** 2)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const extents: Extent[] = []
  let at = whole.start
  let left = used
  gaps.forEach((gap, index) => {
    const length = index === gaps.length - 1 ? left : Math.min(left, toPages((weights[index]! / sum) * used))
    if (length > 0) extents.push({ start: at, end: at + length })
    left -= length
    at += length + gap
  })
  return extents
}

const toPages = (bytes: number) => Math.max(0, Math.floor(bytes / page) * page)
