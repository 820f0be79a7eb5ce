import { makeRandom } from '../support/images/random-bytes.ts'

/** Bytes of a disk; the end is exclusive. */
export interface Extent {
  start: number
  end: number
}

const page = 4096
const mib = 1024 * 1024
/** Bytes of the shortest and of the longest stretch that is free. */
const shortest = page
const longest = 48 * mib

/**
 * Where a disk holds files: between them it has free stretches of kilobytes to tens of MiB, as many of each order of
 * magnitude. All at multiples of 4096, the same for the same seed.
 * @param whole where the partitions lie
 * @param free bytes that stay zeros in all
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
