import type { Limit } from '../../src-shared/job.ts'
import { createBusyClock, type BusyClock } from '../memory/busy-clock.ts'
import { meterWaits } from '../memory/channel.ts'
import { decode, type DecodeOptions } from './decode/decode.ts'
import type { Compression } from './decode/detect-kind.ts'
import type { Piece } from '../memory/piece.ts'
import { passBy, seePieces, type FileProofs, type ImageProofs, type Seer } from './proof/proofs.ts'
import type { Source } from './source.ts'

export interface ImageReading {
  /** The raw image. */
  pieces: AsyncGenerator<Piece>
  /** How long the pieces were waited for. */
  waits: BusyClock
  /** How long the decoder has waited for the source, and which part that is. */
  source: { waits: BusyClock; name: Limit }
  /** Bytes that each part has let through so far. */
  moved(): Partial<Record<Limit, number>>
  compressed: boolean
  /** Call it whether the image was read to its end or not: a source that waits for its server ends then, too. */
  end(): Promise<void>
}

export interface ReadImageOptions extends Omit<DecodeOptions, 'checksBlocks' | 'signal'> {
  compression: Compression | null
  /** Of the image, too: where its hash is not compared with one that was promised, its blocks' own checks are what proves it. */
  proofs: { file: FileProofs; image: ImageProofs }
  signal: AbortSignal
  /** Milliseconds. */
  now?: () => number
}

/**
 * The image as it goes to a drive: source → file proofs → decoder → image proofs, each part running ahead of the next.
 * @param open gives the source's chunks, perhaps kept in the cache on their way
 */
export function readImage(
  source: Source,
  open: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
  { compression, proofs, signal, now, ...options }: ReadImageOptions,
): ImageReading {
  const stop = new AbortController()
  const forBytes = createBusyClock(now)
  const forImage = createBusyClock(now)
  const [fromSource, fromDecoder] = [createCounter(), createCounter()]
  const name = source.local ? 'source' : 'network'
  const ended = AbortSignal.any([signal, stop.signal])
  const fetched = passBy(open(ended), proofs.file, fromSource)
  const decoded = decode(compression, meterWaits(fetched, forBytes), {
    ...options,
    signal: ended,
    checksBlocks: !proofs.image.compares,
  })
  const pieces = seePieces(meterWaits(decoded, forImage), proofs.image, fromDecoder)
  return {
    pieces,
    waits: forImage,
    source: { waits: forBytes, name },
    moved: () => ({ [name]: fromSource.bytes, ...(compression !== null && { decode: fromDecoder.bytes }) }),
    compressed: compression !== null,
    async end() {
      stop.abort(new Error('nobody reads any more'))
      await pieces.return(undefined)
    },
  }
}

function createCounter(): Seer & { bytes: number } {
  const counter = { bytes: 0, see: (chunk: Uint8Array) => void (counter.bytes += chunk.length) }
  return counter
}

/** Milliseconds over which it is judged who waits, at least: in less time chance decides. */
const leastJudged = 600

/**
 * Which part the others have been waiting for in the last moments, also when that wait is not over.
 * @param current the reading that goes on
 * @param waits how long what uses the pieces has waited for them; the reading's own unless others use it, too
 * @param now milliseconds
 */
export function watchLimit(
  current: () => ImageReading | null,
  waits?: BusyClock,
  now = () => performance.now(),
): () => Limit {
  let marks = [{ at: now(), bytes: 0, pieces: 0 }]
  let judged: Limit = 'drive'
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
