import { Worker } from 'node:worker_threads'
import { KindlingError, reasonOf } from '../../../../src-shared/failure.ts'
import { say, type Said } from '../../../../src-shared/phrases.ts'
import { allocateRing, ringStart } from './ring-memory.ts'
import decodeWorkerPath from './decode-worker.ts?modulePath'
import { chunkSize, type DecoderMemory, type FromDecoder, type ToDecoder } from './decoder-messages.ts'
import { prepareDecoding, type DecoderInput, type Decoding } from './file-decoding.ts'
import { createSlots, type Slots } from '../../../memory/slots.ts'

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

  function decode(input: DecoderInput): Decoding {
    const file = prepareDecoding(input, { ring, compressed, tell })
    fail = file.stop
    if (dead !== null) file.stop(dead.error)
    listen = file.hear
    const started = file.start()
    feeding = started.feeding
    return started.decoding
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
