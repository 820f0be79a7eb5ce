import { stretchSize, type Piece } from '../memory/piece.ts'
import { ReadAgain } from './read-again.ts'
import { readDrive } from './read-drive.ts'
import type { Target } from './target.ts'

/** Position and amount of the differences between a drive and an image, in stretches of 64 KiB. */
export interface Difference {
  /** Byte offset of the first difference; the drive's size if the image is longer. */
  first: number
  /** Offset of the last byte of the last differing stretch. */
  last: number
  /** Number of bytes in differing stretches. */
  bytes: number
  /** True if a differing stretch returned other bytes when it was read again. */
  varies: boolean
}

/**
 * Compares a drive with an image to the end of either. Stretches that differ are read again, in
 * smaller reads. Once a difference is found, an error or a cancel ends the comparison but the
 * difference is still returned.
 * @param onCompared – receives the number of bytes that were compared
 * @returns null if the drive holds the image
 * @throws the failures of target and image before the first difference
 */
export async function compareDrive(
  target: Target,
  image: AsyncIterable<Piece>,
  signal: AbortSignal,
  onCompared: (bytes: number) => void,
): Promise<Difference | null> {
  const drive = readDrive(target, 0, target.size, signal)
  const again = new ReadAgain(target)
  let difference: Difference | null = null
  let have: Uint8Array = new Uint8Array()
  let offset = 0
  try {
    for await (const { bytes: chunk, release } of image) {
      for (let used = 0; used < chunk.length;) {
        if (have.length === 0) {
          const { done, value } = await drive.next()
          if (done) return difference ?? { first: offset, last: offset, bytes: 0, varies: false }
          have = value
        }
        // Each stretch is compared as a whole, so that it is counted once.
        const length = Math.min(have.length, chunk.length - used, stretchSize - (offset % stretchSize))
        const [found, wanted] = [have.subarray(0, length), chunk.subarray(used, used + length)]
        if (Buffer.compare(found, wanted) !== 0) {
          const first = offset + found.findIndex((byte, index) => byte !== wanted[index])
          difference ??= { first, last: 0, bytes: 0, varies: false }
          difference.last = offset + length - 1
          difference.bytes += length
          difference.varies ||= await again.varies(offset, found)
        }
        have = have.subarray(length)
        used += length
        offset += length
        onCompared(length)
      }
      release()
    }
  } catch (error) {
    if (difference === null) throw error
  } finally {
    await drive.return(undefined)
  }
  return difference
}
