import type { Piece } from '../image/piece.ts'
import { readDrive } from './read-drive.ts'
import type { Target } from './target.ts'

export interface Comparison {
  /** Bytes of the image, as far as it was read. */
  size: number
  /** Byte offset of the first difference, the drive's end included; null: the drive holds the image. */
  firstDifference: number | null
}

/**
 * Compares a drive with an image, to the image's end or the first difference.
 * @param onCompared told bytes that are equal
 * @throws what the target and the image throw
 */
export async function compareDrive(
  target: Target,
  image: AsyncIterable<Piece>,
  signal: AbortSignal,
  onCompared: (bytes: number) => void,
): Promise<Comparison> {
  const drive = readDrive(target, 0, target.size, signal)
  let have: Uint8Array = new Uint8Array()
  let size = 0
  try {
    for await (const { bytes: chunk, release } of image) {
      for (let used = 0; used < chunk.length;) {
        if (have.length === 0) {
          const { done, value } = await drive.next()
          if (done) return { size, firstDifference: size }
          have = value
        }
        const length = Math.min(have.length, chunk.length - used)
        const difference = findDifference(have.subarray(0, length), chunk.subarray(used, used + length))
        if (difference !== null) return { size, firstDifference: size + difference }
        have = have.subarray(length)
        used += length
        size += length
        onCompared(length)
      }
      release()
    }
    return { size, firstDifference: null }
  } finally {
    await drive.return(undefined)
  }
}

function findDifference(a: Uint8Array, b: Uint8Array): number | null {
  if (Buffer.compare(a, b) === 0) return null
  return a.findIndex((byte, index) => byte !== b[index])
}
