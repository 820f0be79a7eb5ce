import { Worker } from 'node:worker_threads'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { createChannel } from './channel.ts'
import decodeWorkerPath from './decode-worker.ts?modulePath'
import type { FromDecoder, ToDecoder } from './decode-worker.ts'

/** A thread that decodes one file after another. */
export interface DecoderThread {
  /**
   * Decodes a file while it streams. The next one may start when this one was read to its end.
   * @throws image-truncated, image-corrupt, image-trailing, image-unsupported, and what the chunks throw
   */
  decode(compression: 'xz' | 'zst', chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  end(): Promise<void>
}

/** Chunks of compressed bytes that wait in the thread, so that it never waits for a message. */
const chunksAhead = 4

export function startDecoderThread(): DecoderThread {
  const worker = new Worker(decodeWorkerPath)
  const tell = (message: ToDecoder, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer)
  let listen: (message: FromDecoder) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  worker.on('message', (message: FromDecoder) => listen(message))
  worker.on('error', (error) => fail(new KindlingError('internal', { reason: reasonOf(error) }, { cause: error })))

  async function* decode(compression: 'xz' | 'zst', chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const outputs = createChannel<Uint8Array>(Infinity)
    const room = createChannel<true>(Infinity)
    for (let index = 0; index < chunksAhead; index++) void room.send(true)
    fail = (error) => outputs.close(error)
    listen = (message) => {
      if ('bytes' in message) void outputs.send(message.bytes)
      else if ('wants' in message) void room.send(true)
      else if ('end' in message) outputs.close()
      else outputs.close(wordDecoderError(message.error))
    }
    tell({ start: compression })
    const feeding = feed(chunks, room).catch((error: unknown) => outputs.close(error))
    try {
      for await (const bytes of outputs) {
        tell({ taken: true })
        yield bytes
      }
    } finally {
      room.close()
      room.abandon()
      await feeding
    }
  }

  async function feed(chunks: AsyncIterable<Uint8Array>, room: AsyncIterable<true>): Promise<void> {
    const rooms = room[Symbol.asyncIterator]()
    for await (const chunk of chunks) {
      if ((await rooms.next()).done) return
      // Copied, since the chunk may be a part of a buffer that others use; what is copied then moves to the thread.
      const own = new Uint8Array(chunk)
      tell({ chunk: own }, [own.buffer])
    }
    tell({ chunk: null })
  }

  return {
    decode,
    async end() {
      fail(new Error('the thread was ended'))
      await worker.terminate()
    },
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
