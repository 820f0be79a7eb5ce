import { KindlingError } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import { ByteReader } from '../../memory/byte-reader.ts'
import { createChannel } from '../../memory/channel.ts'
import { createCondition } from '../../memory/condition.ts'
import { createChunkSlots, startDecoderThread, type DecoderThread, type Decoding } from './thread/decoder-thread.ts'
import { alignPieces } from './gather-pieces.ts'
import type { Piece } from '../../memory/piece.ts'
import {
  compressedAhead,
  compressedAheadAtLeisure,
  framesOfBlock,
  piecesInUse,
  planDecoding,
  type DecodingPlan,
} from './plan-memory.ts'
import { createThreadLimit } from './thread-limit.ts'
import { splitXz, type XzPart } from './xz/split-xz.ts'

/**
 * Decodes an .xz file while it streams. Blocks whose headers state their sizes are decoded in
 * parallel threads (design of `xz -T`); any other file is decoded in one thread. There is another
 * thread only once the consumer waits for decoding, because it takes memory.
 * @param checksBlocks, signal – see `DecodeOptions`
 * @throws image-truncated, image-corrupt, image-trailing, image-unsupported, and the errors of the
 *   chunks
 */
export const decodeXz = (
  chunks: AsyncIterable<Uint8Array>,
  plan = planDecoding(),
  checksBlocks = true,
  signal?: AbortSignal,
): AsyncGenerator<Piece> => alignPieces(decodeBlocks(chunks, plan, checksBlocks, signal))

/** Yields the pieces of all blocks in order. They are aligned as long as the blocks are. */
async function* decodeBlocks(
  chunks: AsyncIterable<Uint8Array>,
  plan: DecodingPlan,
  checksBlocks: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<Piece> {
  const input = new ByteReader(chunks)
  const compressed = createChunkSlots(compressedAhead)
  const started: DecoderThread[] = []
  const idle: DecoderThread[] = []
  const blocks = createChannel<AsyncIterable<Piece>>(plan.threads)
  const limit = createThreadLimit(plan)
  let busy = 0
  let over = false
  const changed = createCondition()

  async function takeThread(): Promise<DecoderThread | null> {
    while (busy === limit.threads && !over) await changed.wait()
    if (over) return null
    busy++
    const thread = idle.pop()
    if (thread !== undefined) return thread
    started.push(startDecoderThread(compressed, plan.frames, signal))
    return started.at(-1)!
  }

  /** @param isLate – whether the block had to wait for a thread */
  async function* read(part: XzPart, isLate: boolean, decoding: Decoding): AsyncGenerator<Piece> {
    const { pieces, isEmpty, isFed, check } = decoding
    let isAwaited = isEmpty() && (isLate || isFed())
    for await (const piece of pieces) {
      if (limit.countPiece(isAwaited)) changed.notify()
      yield piece
      isAwaited = isEmpty() && isFed()
    }
    if (checksBlocks && part.kind === 'block' && Buffer.compare(check(), part.expected()) !== 0)
      throw new KindlingError('image-corrupt', { reason: say('checksums-differ') })
  }

  async function split(): Promise<void> {
    let rank = 0
    for await (const part of splitXz(input)) {
      const isLate = busy === limit.threads
      const thread = await takeThread()
      if (thread === null) return
      const decoding = thread.decode({
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
          : { decoder: { compression: 'xz' }, frames: piecesInUse }),
        chunks: part.bytes,
        rank: rank++,
        ahead: () => (busy < limit.threads ? compressedAhead : compressedAheadAtLeisure),
      })
      void decoding.done.then(() => {
        busy--
        idle.push(thread)
        changed.notify()
      })
      if (!(await blocks.send(read(part, isLate, decoding)))) return
      if (!(await decoding.fed)) return
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
    // Ends the splitting, wherever it is waiting.
    over = true
    changed.notify()
    blocks.abandon()
    await Promise.all(started.map((thread) => thread.end()))
    await splitting
  }
}
