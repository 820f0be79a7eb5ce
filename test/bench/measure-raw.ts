import { createHash } from 'node:crypto'

/** What there is to know of a raw image. */
export interface RawMeasure {
  /** Bytes. */
  rawSize: number
  /** Lower-case hexadecimal. */
  rawSha256: string
  /** Bytes of its sectors of 4096 bytes that are not all zeros. */
  nonZero: number
}

const sector = 4096
const zeroSector = Buffer.alloc(sector)

/** Looks at a raw image while it passes by. */
export function measureRaw(): { see(chunk: Buffer): void; conclude(): RawMeasure } {
  const sha256 = createHash('sha256')
  let rawSize = 0
  let nonZero = 0
  /** Whether the sector that was begun is all zeros so far. */
  let blank = true
  return {
    see(chunk) {
      sha256.update(chunk)
      for (let at = 0; at < chunk.length;) {
        const length = Math.min(chunk.length - at, sector - (rawSize % sector))
        blank &&= chunk.compare(zeroSector, 0, length, at, at + length) === 0
        at += length
        rawSize += length
        if (rawSize % sector === 0) {
          if (!blank) nonZero += sector
          blank = true
        }
      }
    },
    conclude: () => ({
      rawSize,
      rawSha256: sha256.digest('hex'),
      nonZero: nonZero + (blank ? 0 : rawSize % sector),
    }),
  }
}
