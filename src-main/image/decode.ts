import { Worker } from 'node:worker_threads'
import { createGunzip } from 'node:zlib'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { createChannel } from './channel.ts'
import decodeWorkerPath from './decode-worker.ts?modulePath'
import type { Compression } from './detect-kind.ts'
import type { FromDecoder, ToDecoder } from './decode-worker.ts'

/**
 * Decompresses an image while it streams. The iteration ends only when the input ended and nothing was left over.
 * @throws image-truncated, image-corrupt, image-trailing, image-unsupported
 */
export function decode(compression: Compression | null, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (compression === null) return chunks
  return compression === 'gz' ? decodeGz(chunks) : decodeInThread(compression, chunks)
}

/** Chunks of compressed bytes that wait in the thread, so that it never waits for a message. */
const chunksAhead = 4

async function* decodeInThread(
  compression: 'xz' | 'zst',
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const worker = new Worker(decodeWorkerPath)
  const tell = (message: ToDecoder, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer)
  const outputs = createChannel<Uint8Array>(Infinity)
  const room = createChannel<true>(Infinity)
  for (let index = 0; index < chunksAhead; index++) void room.send(true)

  worker.on('message', (message: FromDecoder) => {
    if ('bytes' in message) void outputs.send(message.bytes)
    else if ('wants' in message) void room.send(true)
    else if ('end' in message) outputs.close()
    else outputs.close(wordDecoderError(message.error))
  })
  worker.on('error', (error) =>
    outputs.close(new KindlingError('internal', { reason: reasonOf(error) }, { cause: error })),
  )

  const feed = async () => {
    const rooms = room[Symbol.asyncIterator]()
    for await (const chunk of chunks) {
      if ((await rooms.next()).done) return
      // Copied, since the chunk may be a part of a buffer that others use; what is copied then moves to the thread.
      const own = new Uint8Array(chunk)
      tell({ chunk: own }, [own.buffer])
    }
    tell({ chunk: null })
  }

  tell({ start: compression })
  const feeding = feed().catch((error: unknown) => outputs.close(error))
  try {
    for await (const bytes of outputs) {
      tell({ taken: true })
      yield bytes
    }
  } finally {
    room.close()
    room.abandon()
    await worker.terminate()
    await feeding
  }
}

// Codes of xz-embedded, on which the library is built (xz.h, enum xz_ret).
const xzErrors: Record<string, () => KindlingError> = {
  3: () => new KindlingError('image-corrupt', { reason: 'the decoder ran out of memory' }),
  4: () => new KindlingError('image-unsupported', { source: 'The image', feature: 'a dictionary over 64 MiB' }),
  5: () => new KindlingError('image-trailing'),
  6: () => new KindlingError('image-unsupported', { source: 'The image', feature: 'an .xz filter or check' }),
  7: () => new KindlingError('image-corrupt', { reason: 'its checksums do not fit its data' }),
  8: () => new KindlingError('image-truncated'),
}

function wordDecoderError(message: string): KindlingError {
  const code = /error code (\d+)/.exec(message)?.[1]
  const worded = code === undefined ? undefined : xzErrors[code]
  if (worded) return worded()
  if (message === 'unexpected EOF') return new KindlingError('image-truncated')
  if (message === 'what follows is no frame') return new KindlingError('image-trailing')
  return new KindlingError('image-corrupt', { reason: message })
}

async function* decodeGz(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 1024 * 1024 })
  let wake = () => {}
  gunzip.on('drain', () => wake()).on('close', () => wake())
  const drained = () => new Promise<void>((resolve) => (wake = resolve))
  let given = 0
  let decoded = false
  let failure: unknown = null
  const feed = async () => {
    for await (const chunk of chunks) {
      given += chunk.length
      if (gunzip.destroyed) return
      if (!gunzip.write(chunk)) await drained()
    }
    gunzip.end()
  }
  const feeding = feed().catch((error: unknown) => {
    failure = error
    gunzip.destroy()
  })
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
    if (decoded && /incorrect header check/.test(reasonOf(error)))
      throw new KindlingError('image-trailing', {}, { cause: error })
    if (code === 'Z_BUF_ERROR') throw new KindlingError('image-truncated', {}, { cause: error })
    throw new KindlingError('image-corrupt', { reason: reasonOf(error) }, { cause: error })
  } finally {
    gunzip.destroy()
    await feeding
  }
  // Node's gunzip passes over what follows the last member without a word.
  if (gunzip.bytesWritten < given) throw new KindlingError('image-trailing')
}
