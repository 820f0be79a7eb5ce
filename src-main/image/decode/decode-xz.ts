import { KindlingError } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import { ByteReader } from '../../memory/byte-reader.ts'
import { createChannel } from '../../memory/channel.ts'
import { createChunkSlots, startDecoderThread, type DecoderThread, type Decoding } from './thread/decoder-thread.ts'
import { alignPieces } from './gather-pieces.ts'
import type { Piece } from '../../memory/piece.ts'
import {
  compressedAhead,
  compressedAheadAtLeisure,
  framesOfBlock,
  planDecoding,
  type DecodingPlan,
} from './plan-memory.ts'
import { splitXz, type XzPart } from './xz/split-xz.ts'

/**
 * Decodes an .xz file while it streams. Blocks whose headers state their sizes are decoded in
 * parallel threads (design of `xz -T`); any other file is decoded in one thread.
 * @param checksBlocks, signal – see `DecodeOptions`
 * @throws image-truncated, image-corrupt, image-trailing, image-unsupported, and the errors of the
 *   chunks
 */
export const decodeXz = (
  chunks: AsyncIterable<Uint8Array>,
  plan = planDecoding(),
  checksBlocks = true,
  signal?: AbortSignal,
): AsyncGenerator<Piece> => alignPieces(decodeBlocks(chunks, plan, checksBlocks, signal), plan.queue)

/** Yields the pieces of all blocks in order. They are aligned as long as the blocks are. */
async function* decodeBlocks(
  chunks: AsyncIterable<Uint8Array>,
  plan: DecodingPlan,
  checksBlocks: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<Piece> {
  const input = new ByteReader(chunks)
  const compressed = createChunkSlots(compressedAhead)
  const { threads } = plan
  const started: DecoderThread[] = []
  const idle = createChannel<DecoderThread>(Infinity)
  const idles = idle[Symbol.asyncIterator]()
  const blocks = createChannel<AsyncIterable<Piece>>(threads)
  let busy = 0

  async function takeThread(): Promise<DecoderThread | null> {
    if (busy++ < started.length || started.length === threads)
      return (await idles.next().catch(() => null))?.value ?? null
    const thread = startDecoderThread(compressed, plan.frames, signal)
    started.push(thread)
    return thread
  }

  async function split(): Promise<void> {
    let rank = 0
    for await (const part of splitXz(input)) {
      const thread = await takeThread()
      if (thread === null) return
      const { pieces, fed, done } = thread.decode({
        ...(part.kind === 'block'
          ? {
              decoder: {
                compression: 'lzma2',
                dictionary: part.dictionary,
                size: part.size,
                check: checksBlocks ? part.check : 0,
              },
              frames: framesOfBlock(part.dictionary, plan),
            }
          : { decoder: { compression: 'xz' }, frames: plan.queue }),
        chunks: part.bytes,
        rank: rank++,
        ahead: () => (busy < threads ? compressedAhead : compressedAheadAtLeisure),
      })
      void done.then(() => {
        busy--
        void idle.send(thread)
      })
      if (!(await blocks.send(checksBlocks ? requireCheck(part, pieces) : pieces))) return
      if (!(await fed)) return
    }
  }

  const splitting = split()
    .then(
      () => blocks.close(),
      (error: unknown) => blocks.close(error),
    )
    .finally(() => input.close())
  try {
    for await (const block of blocks) yield* block
  } finally {
    // Ends every reader and writer of these channels, wherever it is waiting.
    for (const channel of [blocks, idle]) {
      channel.close(new Error('nobody reads any more'))
      channel.abandon()
    }
    await Promise.all(started.map((thread) => thread.end()))
    await splitting
  }
}

async function* requireCheck(part: XzPart, pieces: Decoding['pieces']): AsyncGenerator<Piece> {
  const check = yield* pieces
  if (part.kind === 'block' && Buffer.compare(check, part.expected()) !== 0)
    throw new KindlingError('image-corrupt', { reason: say('checksums-differ') })
}
