import { Worker } from 'node:worker_threads'
import { KindlingError, reasonOf } from '../../../../src-shared/failure.ts'
import { say, type Said } from '../../../../src-shared/phrases.ts'
import { copyToShared } from '../../../memory/copy-to-shared.ts'
import { createChannel } from '../../../memory/channel.ts'
import { createCondition } from '../../../memory/condition.ts'
import { allocateRing, ringStart } from './ring-memory.ts'
import decodeWorkerPath from './decode-worker.ts?modulePath'
import type { Decoder, DecoderMemory, Filled, FromDecoder, ToDecoder } from './decoder-messages.ts'
import { chunkSize } from './decoder-messages.ts'
import { pieceSize, type Piece } from '../../../memory/piece.ts'
import { createSlots, type Slots } from '../../../memory/slots.ts'
import { zeroPiece } from '../../../memory/zero-piece.ts'

export interface DecoderInput {
  decoder: Decoder
  chunks: AsyncIterable<Uint8Array>
  /** Number of frames of the ring that the file uses, each of `pieceSize`. */
  frames: number
  /** See `Slots.take`. */
  rank: number
  /** Maximum number of bytes that are queued for the thread; called again for every chunk. */
  ahead(): number
}

export interface Decoding {
  /** Pieces in order, all of `pieceSize` bytes except the last. */
  pieces: AsyncIterable<Piece>
  /** Returns whether every decoded piece was requested. */
  isEmpty(): boolean
  /** Returns whether the thread has bytes to decode. */
  isFed(): boolean
  /** Returns the check over all bytes, once the pieces have ended. */
  check(): Uint8Array
  /**
   * Resolves true once all chunks were queued; false if the chunks or the thread failed. The error
   * is thrown from `pieces`.
   */
  fed: Promise<boolean>
  /** Resolves when the thread has finished the file; never resolves if it failed. */
  done: Promise<void>
}

/** A thread that decodes one file after another into a ring. */
export interface DecoderThread {
  /**
   * Decodes a file while it streams. The next file may start when this one is done.
   * @returns pieces that throw image-truncated, image-corrupt, image-trailing, image-unsupported,
   *   and the errors of the chunks
   */
  decode(input: DecoderInput): Decoding
  /** Ends the thread. Resolves when it has ended and the chunks are no longer read. */
  end(): Promise<void>
}

/** Limits of the thread's V8 heap, in MiB. The heap holds little but the library. */
const heap = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 }

/** Creates slots for `bytes` compressed bytes that are queued for threads. */
export const createChunkSlots = (bytes: number): Slots => createSlots(Math.ceil(bytes / chunkSize), { size: chunkSize })

/**
 * Starts a decoder thread.
 * @param compressed – memory that several threads share
 * @param frames – number of frames of its ring
 * @param signal – when aborted, the pieces throw its reason without waiting for the thread
 */
export function startDecoderThread(compressed: Slots, frames: number, signal?: AbortSignal): DecoderThread {
  const decoded = allocateRing(frames)
  const ring = new Uint8Array(decoded.buffer, ringStart)
  const workerData: DecoderMemory = { compressed: compressed.memory, decoded, frames }
  const worker = new Worker(decodeWorkerPath, { workerData, resourceLimits: heap })
  const tell = (message: ToDecoder) => worker.postMessage(message)
  let listen: (message: FromDecoder) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  worker.on('message', (message: FromDecoder) => listen(message))
  /** Resolves when the chunks of the last file were queued, or soon after `fail`. */
  let feeding: Promise<unknown> = Promise.resolve()
  let dead: { error: unknown } | null = null
  function die(error: unknown) {
    dead ??= { error }
    fail(dead.error)
  }
  const internal = (reason: Said, cause?: unknown) => die(new KindlingError('internal', { reason }, { cause }))
  worker.on('error', (error) => internal(reasonOf(error), error))
  // A thread that ends without an error sends no more answers either.
  worker.on('exit', (code) => internal(say('decoder-ended', { code: String(code) })))
  const abort = () => die(signal!.reason)
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()

  function decode({ decoder, chunks, frames, rank, ahead }: DecoderInput): Decoding {
    const outputs = createChannel<Piece>(Infinity)
    let running = true
    let check = new Uint8Array()
    let waiting = 0
    const taken = createCondition()
    let giveUp: (fed: false) => void = () => {}
    let finish = () => {}
    const ended = new Promise<false>((resolve) => (giveUp = resolve))
    const done = new Promise<void>((resolve) => (finish = resolve))

    function stop(error?: unknown) {
      running = false
      outputs.close(error)
      giveUp(false)
      taken.notify()
    }

    function pieceOf({ frame, length, zeros }: Filled): Piece {
      if (frame === null) return zeroPiece(length)
      const start = frame * pieceSize
      return { bytes: ring.subarray(start, start + length), zeros, release: () => tell({ released: frame }) }
    }

    async function feed(): Promise<boolean> {
      for await (const chunk of chunks)
        for (let at = 0; at < chunk.length; at += chunkSize) {
          while (running && waiting >= ahead()) await taken.wait()
          const slot = await Promise.race([compressed.take(rank), ended])
          if (slot === false) return false
          const part = chunk.subarray(at, at + chunkSize)
          copyToShared(part, compressed.view(slot))
          waiting += chunkSize
          tell({ chunk: { slot, length: part.length } })
        }
      tell({ chunk: null })
      return true
    }

    fail = stop
    if (dead !== null) stop(dead.error)
    listen = (message) => {
      if ('length' in message) void outputs.send(pieceOf(message))
      else if ('used' in message) {
        compressed.give(message.used)
        waiting -= chunkSize
        taken.notify()
      } else if ('error' in message) stop(nameDecoderError(message.error))
      else {
        check = new Uint8Array(message.end.check)
        running = false
        outputs.close()
        finish()
      }
    }
    tell({ start: decoder, frames })
    const fed = feed().catch((error: unknown) => {
      stop(error)
      return false
    })
    feeding = fed
    return {
      pieces: outputs,
      isEmpty: () => outputs.length === 0,
      isFed: () => waiting > 0,
      check: () => check,
      fed: Promise.race([fed, ended]),
      done,
    }
  }

  return {
    decode,
    async end() {
      signal?.removeEventListener('abort', abort)
      fail(new Error('the thread was ended'))
      await worker.terminate()
      await feeding
    },
  }
}

// Codes of xz-embedded, on which the library is built (xz.h, enum xz_ret).
const xzErrors: Record<string, () => KindlingError> = {
  3: () => new KindlingError('image-corrupt', { reason: say('decoder-memory') }),
  4: () => new KindlingError('image-unsupported', { source: say('the-image'), feature: say('dictionary-too-large') }),
  5: () => new KindlingError('image-trailing'),
  6: () => new KindlingError('image-unsupported', { source: say('the-image'), feature: say('xz-filter-or-check') }),
  7: () => new KindlingError('image-corrupt', { reason: say('checksums-differ') }),
  8: () => new KindlingError('image-truncated'),
}

function nameDecoderError(error: Extract<FromDecoder, { error: unknown }>['error']): KindlingError {
  if (typeof error !== 'string') return KindlingError.revive(error)
  const code = /error code (\d+)/.exec(error)?.[1]
  return xzErrors[code ?? '']?.() ?? new KindlingError('image-corrupt', { reason: error })
}
