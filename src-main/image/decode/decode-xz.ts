import { KindlingError } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import { ByteReader } from '../../memory/byte-reader.ts'
import { createChannel } from '../../memory/channel.ts'
import { allZeros } from '../../memory/find-zeros.ts'
import { alignPieces } from './gather-pieces.ts'
import type { Piece } from '../../memory/piece.ts'
import { DecoderPool } from './decoder-pool.ts'
import { framesOfBlock, piecesInUse, planDecoding, type DecodingPlan } from './plan-memory.ts'
import type { DecoderInput, Decoding } from './thread/file-decoding.ts'
import { splitXz, type XzPart } from './xz/split-xz.ts'

export interface DecodeXzOptions {
  /**
   * Compares the blocks of an .xz with their own checks. False if all bytes are compared with a
   * sha256 (ADR 8).
   */
  checksBlocks?: boolean
  /**
   * When aborted, decoding ends at once and throws the signal's reason, however much of the image
   * remains.
   */
  signal?: AbortSignal
  /**
   * Returns whether the consumer of the pieces could go on much faster. Asked when it has waited
   * for many of them, before another thread takes memory. Default: always.
   */
  isStarved?: () => boolean
}

/**
 * Decodes an .xz file while it streams. Blocks whose headers state their sizes are decoded in
 * parallel threads (design of `xz -T`); any other file is decoded in one thread. There is another
 * thread only once the consumer waits for decoding, because it takes memory.
 * @throws image-truncated, image-corrupt, image-trailing, image-unsupported, and the errors of the
 *   chunks
 */
export const decodeXz = (
  chunks: AsyncIterable<Uint8Array>,
  plan = planDecoding(),
  options: DecodeXzOptions = {},
): AsyncGenerator<Piece> => alignPieces(decodeBlocks(chunks, plan, options))

/** Yields the pieces of all blocks in order. They are aligned as long as the blocks are. */
async function* decodeBlocks(
  chunks: AsyncIterable<Uint8Array>,
  plan: DecodingPlan,
  { checksBlocks = true, signal, isStarved }: DecodeXzOptions,
): AsyncGenerator<Piece> {
  const input = new ByteReader(chunks)
  const pool = new DecoderPool(plan, signal, isStarved)
  const blocks = createChannel<AsyncIterable<Piece>>(plan.threads)

  /** @param isLate – whether the block had to wait for a thread */
  async function* read(part: XzPart, isLate: boolean, decoding: Decoding): AsyncGenerator<Piece> {
    const { pieces, isEmpty, isFed, check } = decoding
    let isAwaited = isEmpty() && (isLate || isFed())
    for await (const piece of pieces) {
      pool.countPiece(isAwaited, piece.zeros === allZeros(piece.bytes.length))
      yield piece
      isAwaited = isEmpty() && isFed()
    }
    if (checksBlocks && part.kind === 'block' && Buffer.compare(check(), part.expected()) !== 0)
      throw new KindlingError('image-corrupt', { reason: say('checksums-differ') })
  }

  async function split(): Promise<void> {
    let rank = 0
    for await (const part of splitXz(input)) {
      const isLate = pool.isFull
      const thread = await pool.take()
      if (thread === null) return
      const decoding = thread.decode({
        ...planPart(part, pool.threads, plan, checksBlocks),
        chunks: part.bytes,
        rank: rank++,
        ahead: () => pool.ahead,
      })
      void decoding.done.then(() => pool.giveBack(thread))
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
    pool.close()
    blocks.abandon()
    await pool.end()
    await splitting
  }
}

/**
 * Returns the decoder of a part, and the number of frames that it needs.
 * @param threads – number of threads that may decode now
 */
function planPart(
  part: XzPart,
  threads: number,
  plan: DecodingPlan,
  checksBlocks: boolean,
): Pick<DecoderInput, 'decoder' | 'frames'> {
  if (part.kind !== 'block') return { decoder: { compression: 'xz' }, frames: piecesInUse }
  const { dictionary, size, check } = part
  const decoder = { compression: 'lzma2' as const, dictionary, size, check: checksBlocks ? check : (0 as const) }
  return { decoder, frames: framesOfBlock(dictionary, threads, plan) }
}
