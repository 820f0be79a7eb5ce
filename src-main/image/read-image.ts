import type { Limit } from '../../src-shared/job.ts'
import { readAhead, type WaitMeter } from './channel.ts'
import { decode } from './decode.ts'
import type { Compression } from './detect-kind.ts'
import { passBy, type FileProofs } from './proofs.ts'
import type { Source } from './source.ts'

/** Chunks that may wait between two parts: a few MiB each, so that no part waits for another's hiccup. */
const compressedAhead = 32
const decodedAhead = 8

export interface ImageReading {
  /** The raw image. */
  chunks: AsyncGenerator<Uint8Array>
  /** Call it whether the image was read to its end or not: a source that waits for its server ends then, too. */
  end(): Promise<void>
  /** Which part the others have been waiting for since the last call. */
  limit(): Limit
}

/**
 * The image as it goes to a drive: source → file proofs → decoder → image proofs, each part running ahead of the next.
 * @param open gives the source's chunks, perhaps kept in the cache on their way
 */
export function readImage(
  source: Source,
  open: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
  compression: Compression | null,
  proofs: { file: FileProofs; image: FileProofs },
  signal: AbortSignal,
): ImageReading {
  const stop = new AbortController()
  const compressed = open(AbortSignal.any([signal, stop.signal]))
  const forBytes: WaitMeter = { waited: 0 }
  const forImage: WaitMeter = { waited: 0 }
  const fetched = readAhead(passBy(compressed, proofs.file), compressedAhead, forBytes)
  const chunks = readAhead(passBy(decode(compression, fetched), proofs.image), decodedAhead, forImage)
  let last = { at: performance.now(), bytes: 0, image: 0 }
  return {
    chunks,
    async end() {
      stop.abort(new Error('nobody reads any more'))
      await chunks.return(undefined)
    },
    limit() {
      const now = performance.now()
      const elapsed = now - last.at
      const starved = (forImage.waited - last.image) / elapsed
      const unfed = (forBytes.waited - last.bytes) / elapsed
      last = { at: now, bytes: forBytes.waited, image: forImage.waited }
      if (starved < 0.3) return 'drive'
      if (compression !== null && unfed < 0.5) return 'decode'
      return source.local ? 'source' : 'network'
    },
  }
}
