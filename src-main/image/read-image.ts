import type { Limit } from '../../src-shared/job.ts'
import { meterWaits, type WaitMeter } from './channel.ts'
import { decode } from './decode.ts'
import type { Compression } from './detect-kind.ts'
import type { Piece } from './piece.ts'
import { passBy, seePieces, type FileProofs } from './proofs.ts'
import type { Source } from './source.ts'

export interface ImageReading {
  /** The raw image. */
  pieces: AsyncGenerator<Piece>
  /** Call it whether the image was read to its end or not: a source that waits for its server ends then, too. */
  end(): Promise<void>
  /** Which part the others have been waiting for since the last call. */
  limit(): Limit
}

export interface ReadImageOptions {
  compression: Compression | null
  proofs: { file: FileProofs; image: FileProofs }
  /** Bytes that decoding may take; see `planDecoding`. */
  memory?: number | undefined
  signal: AbortSignal
}

/**
 * The image as it goes to a drive: source → file proofs → decoder → image proofs, each part running ahead of the next.
 * @param open gives the source's chunks, perhaps kept in the cache on their way
 */
export function readImage(
  source: Source,
  open: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
  { compression, proofs, memory, signal }: ReadImageOptions,
): ImageReading {
  const stop = new AbortController()
  const forBytes: WaitMeter = { waited: 0 }
  const forImage: WaitMeter = { waited: 0 }
  const fetched = passBy(open(AbortSignal.any([signal, stop.signal])), proofs.file)
  const decoded = decode(compression, meterWaits(fetched, forBytes), memory)
  const pieces = seePieces(meterWaits(decoded, forImage), proofs.image)
  let last = { at: performance.now(), bytes: 0, image: 0 }
  return {
    pieces,
    async end() {
      stop.abort(new Error('nobody reads any more'))
      await pieces.return(undefined)
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
