import type { Stage } from '../../src-shared/job.ts'
import { createBusyClock, type BusyClock } from '../memory/busy-clock.ts'
import { meterWaits } from '../memory/channel.ts'
import { decode } from './decode/decode.ts'
import type { Compression } from './decode/detect-kind.ts'
import type { Piece } from '../memory/piece.ts'
import type { FileReading } from './file-reading.ts'
import { startImageProofs, tapChunks, tapPieces, type ImageProofs, type Observer } from './proof/proofs.ts'
import type { Source, SourcePlan } from './source/source.ts'

export interface ImageReading {
  /** The raw image. */
  pieces: AsyncGenerator<Piece>
  /** Measures how long the consumer has waited for pieces. */
  waits: BusyClock
  /** Measures how long the decoder has waited for the source; `name` is the source's stage. */
  source: { waits: BusyClock; name: Stage }
  /** Bytes that each stage has passed on so far. */
  moved(): Partial<Record<Stage, number>>
  compressed: boolean
  /** Proofs of the raw image, which is hashed while it is read. */
  proofs: ImageProofs
  /**
   * Ends the reading. Call it whether or not the image was read to its end. It also cancels a
   * source that is waiting for its server.
   */
  end(): Promise<void>
}

export interface ReadImageOptions {
  compression: Compression | null
  signal: AbortSignal
  /** See `DecodeXzOptions`. */
  isStarved?: () => boolean
  /** Clock, in milliseconds. */
  now?: () => number
}

/**
 * Builds the pipeline from the source to a drive: source → file proofs → decoder → image proofs.
 * Each stage runs ahead of the next one. If the plan has no hash of the raw image, the decoder
 * compares the checks of the blocks instead.
 * @param file – opens the source's chunks, which may be stored in the cache on their way
 */
export function readImage(
  plan: Pick<SourcePlan, 'memory' | 'uncompressedSha256'>,
  source: Source,
  file: Pick<FileReading, 'chunks' | 'proofs'>,
  { compression, signal, isStarved, now }: ReadImageOptions,
): ImageReading {
  const stop = new AbortController()
  const forBytes = createBusyClock(now)
  const forImage = createBusyClock(now)
  const [fromSource, fromDecoder] = [createCounter(), createCounter()]
  const name = source.local ? 'source' : 'network'
  const ended = AbortSignal.any([signal, stop.signal])
  const proofs = startImageProofs(plan)
  const fetched = tapChunks(file.chunks(ended), file.proofs, fromSource)
  const decoded = decode(compression, meterWaits(fetched, forBytes), {
    memory: plan.memory,
    signal: ended,
    checksBlocks: !proofs.compares,
    ...(isStarved && { isStarved }),
  })
  const pieces = tapPieces(meterWaits(decoded, forImage), proofs, fromDecoder)
  return {
    pieces,
    waits: forImage,
    source: { waits: forBytes, name },
    moved: () => ({ [name]: fromSource.bytes, ...(compression !== null && { decode: fromDecoder.bytes }) }),
    compressed: compression !== null,
    proofs,
    async end() {
      stop.abort(new Error('the reading has ended'))
      await pieces.return(undefined)
    },
  }
}

function createCounter(): Observer & { bytes: number } {
  const counter = { bytes: 0, update: (chunk: Uint8Array) => void (counter.bytes += chunk.length) }
  return counter
}

/**
 * Minimum time over which the bottleneck is judged, in milliseconds. Over less time, the result is
 * random.
 */
const leastJudged = 600

/**
 * Returns a function that names the current bottleneck: the stage that the others have recently
 * been waiting for. A wait that has not ended counts too.
 * @param current – returns the reading in progress, or null
 * @param waits – how long the consumer has waited for pieces. Defaults to the waits of the reading;
 *   needed if the reading has several consumers.
 * @param now – clock, in milliseconds
 */
export function watchBottleneck(
  current: () => ImageReading | null,
  waits?: BusyClock,
  now = () => performance.now(),
): () => Stage {
  let marks = [{ at: now(), bytes: 0, pieces: 0 }]
  let judged: Stage = 'drive'
  return () => {
    const image = current()
    const next = {
      at: now(),
      bytes: image?.source.waits.elapsed() ?? 0,
      pieces: (waits ?? image?.waits)?.elapsed() ?? 0,
    }
    const turn = marks.findLastIndex(({ at }) => next.at - at >= leastJudged)
    marks = marks.slice(Math.max(0, turn))
    const last = marks[0]!
    marks.push(next)
    const elapsed = next.at - last.at
    if (elapsed === 0) return judged
    const [starved, unfed] = [(next.pieces - last.pieces) / elapsed, (next.bytes - last.bytes) / elapsed]
    if (image === null || starved < 0.3) judged = 'drive'
    else judged = image.compressed && unfed < 0.5 ? 'decode' : image.source.name
    return judged
  }
}
