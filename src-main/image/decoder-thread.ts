import { Worker } from 'node:worker_threads'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { createChannel } from './channel.ts'
import decodeWorkerPath from './decode-worker.ts?modulePath'
import type { FromDecoder, ToDecoder } from './decode-worker.ts'
import { pieceSize, type Piece } from './piece.ts'
import type { Slots } from './slots.ts'
import type { XzCheckKind } from './xz-check.ts'

export interface DecoderInput {
  compression: 'xz' | 'zst'
  chunks: AsyncIterable<Uint8Array>
  /** The sum to take over the decoded bytes. */
  check: XzCheckKind
  /** See `Slots.take`. */
  rank: number
}

/** A thread that decodes one file after another, into slots. */
export interface DecoderThread {
  /**
   * Decodes a file while it streams. The next one may start when this one was read to its end.
   * @returns pieces in order, of any length but the largest until the last; the iteration's value is the check
   * @throws image-truncated, image-corrupt, image-trailing, image-unsupported, and what the chunks throw
   */
  decode(input: DecoderInput): AsyncGenerator<Piece, Uint8Array>
  end(): Promise<void>
}

/** Chunks of compressed bytes that wait in the thread, so that it never waits for a message. */
const chunksAhead = 4
/** Empty slots that it has in hand: one is filled, the other is next. */
const slotsInHand = 2
/** V8's own memory of the thread, MiB: it holds little but the library. */
const heap = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 }

const noBytes = new Uint8Array(pieceSize)

export function startDecoderThread(slots: Slots): DecoderThread {
  const worker = new Worker(decodeWorkerPath, { workerData: slots.memory, resourceLimits: heap })
  const tell = (message: ToDecoder, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer)
  let listen: (message: FromDecoder) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  worker.on('message', (message: FromDecoder) => listen(message))
  worker.on('error', (error) => fail(new KindlingError('internal', { reason: reasonOf(error) }, { cause: error })))

  async function* decode({ compression, chunks, check, rank }: DecoderInput): AsyncGenerator<Piece, Uint8Array> {
    const outputs = createChannel<Piece>(Infinity)
    const room = createChannel<true>(Infinity)
    let running = true
    let sum = new Uint8Array()
    const giveSlot = async () => {
      const slot = await slots.take(rank)
      if (running) tell({ slot })
      else slots.give(slot)
    }
    const pieceOf = (slot: number | null, length: number, zeros: number): Piece => {
      if (slot === null) return { bytes: noBytes.subarray(0, length), zeros, release: () => {} }
      void giveSlot()
      return { bytes: slots.view(slot, length), zeros, release: () => slots.give(slot) }
    }
    fail = (error) => outputs.close(error)
    listen = (message) => {
      if ('length' in message) void outputs.send(pieceOf(message.slot, message.length, message.zeros))
      else if ('wants' in message) void room.send(true)
      else if ('error' in message) outputs.close(wordDecoderError(message.error))
      else {
        running = false
        sum = new Uint8Array(message.end.check)
        for (const slot of message.end.unused) slots.give(slot)
        outputs.close()
      }
    }
    for (let index = 0; index < chunksAhead; index++) void room.send(true)
    tell({ start: compression, check })
    for (let index = 0; index < slotsInHand; index++) void giveSlot()
    const feeding = feed(chunks, room).catch((error: unknown) => outputs.close(error))
    try {
      yield* outputs
      return sum
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
