import { decodeXz } from '../../../src-main/image/decode/decode-xz.ts'
import { withThreads } from '../../../src-main/image/decode/plan-memory.ts'
import type { Source } from '../../../src-main/image/source/source.ts'
import { collectPieces } from './collect-pieces.ts'

/**
 * Yields bytes in chunks, like a network.
 * @param size – size of each chunk in bytes
 */
export async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size)
}

/** Decodes an .xz file and returns the image. */
export const decodeXzBytes = (file: Uint8Array, threads: number, chunkSize?: number): Promise<Buffer> =>
  collectPieces(decodeXz(inChunks(file, chunkSize), withThreads(threads)))

export interface CountedSource extends Source {
  /** Number of bytes read with `range`, and number of calls. */
  taken: { bytes: number; reads: number }
}

/**
 * Makes a source from bytes in memory. It claims to be a local file, or with `local: false` a file
 * on a server.
 */
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
