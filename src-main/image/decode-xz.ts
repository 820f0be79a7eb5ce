import { KindlingError } from '../../src-shared/failure.ts'
import { ByteReader } from './byte-reader.ts'
import { createChannel, type Channel } from './channel.ts'
import { startDecoderThread, type DecoderThread } from './decoder-thread.ts'
import { alignPieces } from './gather-pieces.ts'
import { pieceSize, type Piece } from './piece.ts'
import {
  compressedAhead,
  compressedAheadAtLeisure,
  memoryUnderWay,
  planDecoding,
  type DecodingPlan,
} from './plan-memory.ts'
import { createSlots } from './slots.ts'
import { splitXz, type XzPart } from './split-xz.ts'

/**
 * Decodes an .xz file while it streams, its blocks side by side in threads where their headers say their sizes (design of
 * `xz -T`), else in one.
 * @throws image-truncated, image-corrupt, image-trailing, image-unsupported, and what the chunks throw
 */
export const decodeXz = (chunks: AsyncIterable<Uint8Array>, plan = planDecoding()): AsyncGenerator<Piece> =>
  alignPieces(decodeBlocks(chunks, plan))

/** The blocks' pieces in order: aligned while the blocks are. */
async function* decodeBlocks(
  chunks: AsyncIterable<Uint8Array>,
  { threads, ahead }: DecodingPlan,
): AsyncGenerator<Piece> {
  const input = new ByteReader(chunks)
  const slots = createSlots(Math.ceil((memoryUnderWay + ahead) / pieceSize), memoryUnderWay / pieceSize)
  const started: DecoderThread[] = []
  const idle = createChannel<DecoderThread>(Infinity)
  const idles = idle[Symbol.asyncIterator]()
  const blocks = createChannel<AsyncIterable<Piece>>(threads)
  const fed = new Set<Channel<Uint8Array>>()
  let busy = 0

  async function takeThread(): Promise<DecoderThread | null> {
    if (busy++ < started.length || started.length === threads)
      return (await idles.next().catch(() => null))?.value ?? null
    const thread = startDecoderThread(slots)
    started.push(thread)
    return thread
  }

  async function split(): Promise<void> {
    let rank = 0
    for await (const part of splitXz(input)) {
      const thread = await takeThread()
      if (thread === null) return
      const capacity = () => (busy < threads ? compressedAhead : compressedAheadAtLeisure)
      const compressed = createChannel<Uint8Array>(capacity, (chunk) => chunk.length)
      const decoded = createChannel<Piece>(Infinity)
      fed.add(compressed)
      void run(thread, part, rank++, compressed, decoded)
      if (!(await blocks.send(decoded))) return
      try {
        for await (const chunk of part.bytes) if (!(await compressed.send(chunk))) return
        compressed.close()
      } catch (error) {
        compressed.close(error)
        return
      }
    }
  }

  /** How far a thread may run ahead is what the slots say. */
  async function run(
    thread: DecoderThread,
    part: XzPart,
    rank: number,
    compressed: Channel<Uint8Array>,
    decoded: Channel<Piece>,
  ): Promise<void> {
    const check = part.kind === 'block' ? part.check : 0
    try {
      const pieces = thread.decode({ compression: 'xz', chunks: compressed, check, rank })
      for (;;) {
        const { done, value } = await pieces.next()
        if (!done) {
          if (!(await decoded.send(value))) return
          continue
        }
        if (part.kind === 'block' && Buffer.compare(value, part.expected()) !== 0)
          throw new KindlingError('image-corrupt', { reason: 'its checksums do not fit its data' })
        break
      }
      decoded.close()
      fed.delete(compressed)
      busy--
      for (const other of fed) other.wake()
      await idle.send(thread)
    } catch (error) {
      decoded.close(error)
    }
  }

  const splitting = split()
    .then(
      () => blocks.close(),
      (error: unknown) => blocks.close(error),
    )
    .finally(() => input.close())
  try {
    let rank = 0
    for await (const block of blocks) {
      slots.serve(rank++)
      yield* block
    }
  } finally {
    // Whoever reads or writes any of these ends now, wherever it waits.
    for (const channel of [blocks, idle, ...fed]) {
      channel.close(new Error('nobody reads any more'))
      channel.abandon()
    }
    await Promise.all(started.map((thread) => thread.end()))
    await splitting
  }
}
