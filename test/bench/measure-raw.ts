import { createHash } from 'node:crypto'

/** Properties of a raw image. */
export interface RawMeasure {
  /** Size in bytes. */
  rawSize: number
  /** SHA-256 in lower-case hexadecimal. */
  rawSha256: string
  /** Total size of the 4096-byte sectors that are not all zeros, in bytes. */
  nonZero: number
}

const sector = 4096
const zeroSector = Buffer.alloc(sector)

/** Measures a raw image while it is streamed. */
export function measureRaw(): { see(chunk: Buffer): void; conclude(): RawMeasure } {
  const sha256 = createHash('sha256')
  let rawSize = 0
  let nonZero = 0
  /** True if the current sector is all zeros so far. */
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
