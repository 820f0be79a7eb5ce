import { copyToShared } from '../../../memory/copy-to-shared.ts'
import { createChannel } from '../../../memory/channel.ts'
import { createCondition } from '../../../memory/condition.ts'
import { pieceSize, type Piece } from '../../../memory/piece.ts'
import type { Slots } from '../../../memory/slots.ts'
import { zeroPiece } from '../../../memory/zero-piece.ts'
import { nameDecoderError } from './decoder-errors.ts'
import { chunkSize, type Decoder, type Filled, type FromDecoder, type ToDecoder } from './decoder-messages.ts'

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

/** The side of one file that its thread uses. */
export interface FileDecoding {
  /**
   * Sends the file to the thread while it streams.
   * @returns the decoding, and a promise that resolves when the chunks are no longer read
   */
  start(): { decoding: Decoding; feeding: Promise<unknown> }
  hear(message: FromDecoder): void
  /** Ends the pieces, and no longer reads the chunks. */
  stop(error?: unknown): void
}

/**
 * Prepares the decoding of one file by a thread.
 * @param thread – the thread's ring, the memory of its compressed bytes, and its messages
 */
export function prepareDecoding(
  { decoder, chunks, frames, rank, ahead }: DecoderInput,
  { ring, compressed, tell }: { ring: Uint8Array; compressed: Slots; tell: (message: ToDecoder) => void },
): FileDecoding {
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

  return {
    stop,
    hear(message) {
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
    },
    start() {
      tell({ start: decoder, frames })
      const feeding = feed().catch((error: unknown) => {
        stop(error)
        return false
      })
      const decoding = {
        pieces: outputs,
        isEmpty: () => outputs.length === 0,
        isFed: () => waiting > 0,
        check: () => check,
        fed: Promise.race([feeding, ended]),
        done,
      }
      return { decoding, feeding }
    },
  }
}
