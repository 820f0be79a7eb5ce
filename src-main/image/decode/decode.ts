import { createGunzip } from 'node:zlib'
import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { decodeXz, type DecodeXzOptions } from './decode-xz.ts'
import { createChunkSlots, startDecoderThread } from './thread/decoder-thread.ts'
import type { Compression } from './detect-kind.ts'
import { gatherPieces } from './gather-pieces.ts'
import { createCondition } from '../../memory/condition.ts'
import type { Piece } from '../../memory/piece.ts'
import { compressedAheadAtLeisure, piecesInUse, planDecoding, type DecodingPlan } from './plan-memory.ts'

export interface DecodeOptions extends DecodeXzOptions {
  /** Memory for decoding, in bytes; see `planDecoding`. */
  memory?: number | undefined
}

/**
 * Decompresses an image while it streams. The iteration ends only when the input has ended and
 * nothing is left over.
 * @throws image-truncated, image-corrupt, image-trailing, image-unsupported
 */
export function decode(
  compression: Compression | null,
  chunks: AsyncIterable<Uint8Array>,
  { memory, ...options }: DecodeOptions = {},
): AsyncGenerator<Piece> {
  const { signal } = options
  const plan = planDecoding(memory)
  if (compression === 'xz') return stopAt(signal, decodeXz(chunks, plan, options))
  if (compression === 'zst') return stopAt(signal, decodeZst(chunks, plan, signal))
  return stopAt(signal, gatherPieces(compression === null ? chunks : decodeGz(chunks, signal)))
}

/**
 * Yields no more pieces after the signal. Thousands may be queued, because pieces of zeros take no
 * memory.
 */
async function* stopAt(signal: AbortSignal | undefined, pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    signal?.throwIfAborted()
    yield piece
  }
}

async function* decodeZst(
  chunks: AsyncIterable<Uint8Array>,
  { window }: DecodingPlan,
  signal?: AbortSignal,
): AsyncGenerator<Piece> {
  const compressed = createChunkSlots(compressedAheadAtLeisure)
  const thread = startDecoderThread(compressed, piecesInUse, signal)
  const ahead = () => compressedAheadAtLeisure
  try {
    yield* thread.decode({ decoder: { compression: 'zst', window }, chunks, frames: piecesInUse, rank: 0, ahead })
      .pieces
  } finally {
    await thread.end()
  }
}

async function* decodeGz(chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  signal?.throwIfAborted()
  const gunzip = createGunzip({ chunkSize: 1024 * 1024 })
  const drained = createCondition()
  gunzip.on('drain', drained.notify).on('close', drained.notify)
  let given = 0
  let tail = Buffer.alloc(0)
  let followed = 0
  let decoded = false
  let tellFollows: (follows: boolean) => void = () => {}
  const follows = new Promise<boolean>((resolve) => (tellFollows = resolve))
  let failure: unknown = null
  const feed = async () => {
    for await (const chunk of chunks) {
      given += chunk.length
      tail = Buffer.concat([tail, chunk.subarray(-trailerLength)]).subarray(-trailerLength)
      if (gunzip.destroyed) {
        // Reads the data behind the image to its end, if it is short.
        followed += chunk.length
        if (!(await follows) || followed > mostFollowing) return
        continue
      }
      // Copied, because the chunk is valid only until the next one is requested, and gunzip may
      // read it later.
      if (!gunzip.write(Uint8Array.from(chunk))) await drained.wait()
    }
    gunzip.end()
  }
  const stop = (error: unknown) => {
    failure ??= error
    gunzip.destroy()
  }
  const abort = () => stop(signal!.reason)
  signal?.addEventListener('abort', abort)
  const feeding = feed().catch(stop)
  try {
    for await (const bytes of gunzip) {
      decoded = true
      yield bytes as Uint8Array
    }
    await feeding
    if (failure !== null) throw failure
  } catch (error) {
    if (failure !== null) throw failure
    if (error instanceof KindlingError) throw error
    const code = (error as NodeJS.ErrnoException).code
    if (decoded && /incorrect header check/.test(String(reasonOf(error)))) {
      tellFollows(true)
      await feeding
      throw new KindlingError(nameFollowing(tail), {}, { cause: error })
    }
    if (code === 'Z_BUF_ERROR') throw new KindlingError('image-truncated', {}, { cause: error })
    throw new KindlingError('image-corrupt', { reason: reasonOf(error) }, { cause: error })
  } finally {
    signal?.removeEventListener('abort', abort)
    tellFollows(false)
    gunzip.destroy()
    await feeding
  }
  // Node's gunzip silently ignores data behind the last member.
  if (gunzip.bytesWritten < given) throw new KindlingError(nameFollowing(tail))
}

/** Length of the trailer at the end of the metadata that OpenWrt appends to an image, in bytes. */
const trailerLength = 16

/** Maximum number of bytes that are read behind an image to find the trailer. */
const mostFollowing = 16 * 1024 * 1024

/**
 * Returns the error code for data behind an image, by its last bytes. The trailer begins with its
 * magic number (fwtool, fwimage.h).
 */
const nameFollowing = (tail: Buffer) =>
  tail.length === trailerLength && tail.toString('latin1', 0, 4) === 'FWx0'
    ? 'image-metadata-appended'
    : 'image-trailing'
