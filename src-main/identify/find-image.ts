import { createHash } from 'node:crypto'
import { allocateForReading, readDrive } from '../write/read-drive.ts'
import type { Target } from '../write/target.ts'
import type { KnownImage } from './known-image.ts'

export interface FoundImage {
  /** All images with these bytes, in the order of the candidates. */
  images: KnownImage[]
  /** Size of the image, in bytes. */
  size: number
  sha256: string
}

/** Returns the sizes at which the hash of a drive is compared, smallest first. */
export const sizesWithin = (candidates: KnownImage[], driveSize: number): number[] =>
  [...new Set(candidates.flatMap(({ sizes }) => sizes))].filter((size) => size <= driveSize).toSorted((a, b) => a - b)

/**
 * Reads a drive once, from its start, and finds the smallest candidate that it contains. Returns
 * null if it contains no candidate. Bytes after the end of an image are read only once that image
 * is ruled out. A bad sector there therefore does not hide the image.
 * @param onRead – receives the number of bytes just read
 * @throws the errors of the target; the signal's reason
 */
export async function findImage(
  target: Target,
  candidates: KnownImage[],
  signal: AbortSignal,
  onRead: (bytes: number) => void,
): Promise<FoundImage | null> {
  const sizes = sizesWithin(candidates, target.size)
  if (sizes.length === 0) return null
  const memory = allocateForReading(sizes.at(-1)!, target.alignment)
  const hash = createHash('sha256')
  let offset = 0
  for (const size of sizes) {
    const start = offset - (offset % target.alignment)
    let known = offset - start
    for await (const bytes of readDrive(target, start, size, signal, memory)) {
      const fresh = bytes.subarray(known)
      hash.update(fresh)
      onRead(fresh.length)
      known = 0
    }
    offset = size
    const sha256 = hash.copy().digest('hex')
    const images = candidates.filter((image) => image.sha256 === sha256 && image.sizes.includes(size))
    if (images.length > 0) return { images, size, sha256 }
  }
  return null
}
