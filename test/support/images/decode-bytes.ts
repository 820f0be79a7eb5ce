import { decodeXz } from '../../../src-main/image/decode/decode-xz.ts'
import { withThreads } from '../../../src-main/image/decode/plan-memory.ts'
import type { Source } from '../../../src-main/image/source.ts'
import { collectPieces } from './collect-pieces.ts'

/** Bytes as a network gives them. @param size bytes of each chunk */
export async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size)
}

/** The image of an .xz file. */
export const decodeXzBytes = (file: Uint8Array, threads: number, chunkSize?: number): Promise<Buffer> =>
  collectPieces(decodeXz(inChunks(file, chunkSize), withThreads(threads)))

export interface CountedSource extends Source {
  /** Bytes that were asked for, and how often. */
  taken: { bytes: number; reads: number }
}

/** A file of this computer, or of a server, that is in memory. */
export function sourceOf(bytes: Uint8Array, { local = true } = {}): CountedSource {
  const taken = { bytes: 0, reads: 0 }
  return {
    ...{ location: 'image.xz', local, fromCache: false, size: bytes.length, taken },
    chunks: () => inChunks(bytes),
    async range(offset, length) {
      if (offset < 0 || length < 0 || offset + length > bytes.length)
        throw new RangeError(`Cannot read ${length} at ${offset}`)
      taken.bytes += length
      taken.reads++
      return bytes.subarray(offset, offset + length)
    },
  }
}
