import { KindlingError } from '../../../src-shared/failure.ts'
import { decode } from './decode.ts'
import { requireZst } from './zst-layout.ts'
import { planDecoding } from './plan-memory.ts'
import { detectCompression, headLength, requireNamedCompression, type Compression } from './detect-kind.ts'
import type { Piece } from '../../memory/piece.ts'
import type { Source } from '../source/source.ts'
import { requireBlocks } from './xz/require-blocks.ts'
import { largestBlockHeader, parseBlockHeader, parseStreamHeader } from './xz/xz-format.ts'
import { readXzLayout, type ReadRange } from './xz/xz-layout.ts'

export interface ImageMeasure {
  compression: Compression | null
  /** Size on the drive, in bytes; null if only decoding can determine it. */
  imageSize: number | null
}

export interface MeasureOptions {
  /**
   * Decodes a local image if its size is not stated anywhere, so that a broken image is refused
   * before a drive is touched.
   */
  decodeToMeasure?: boolean
  /** See `DecodeOptions`. */
  memory?: number | undefined
}

/**
 * Number of bytes at the end of an .xz file that contain the footer and index of any ordinary
 * image.
 */
const tailLength = 64 * 1024
/** Offset of the first block's header, behind the stream header. */
const firstBlock = 12

/**
 * Determines the compression of a source and the size of its image from its first and last bytes.
 * In a local .xz file, the header of every block is read too.
 * @throws image-not-compressed, image-truncated, image-corrupt, image-trailing, image-unsupported,
 *   and the source's failures
 */
export async function measureImage(
  source: Source,
  name: string,
  signal: AbortSignal,
  { decodeToMeasure = false, memory }: MeasureOptions = {},
): Promise<ImageMeasure> {
  const head = await readHead(source, signal)
  const compression = detectCompression(head)
  requireNamedCompression(name, compression)
  if (compression === null) return { compression, imageSize: source.size }
  if (compression === 'xz') {
    requireDecodable(head)
    const imageSize = source.size === null ? null : await readXzSize(source, source.size, signal)
    return { compression, imageSize }
  }
  if (compression === 'zst') requireZst(head, planDecoding(memory).window)
  if (!decodeToMeasure || !source.local) return { compression, imageSize: null }
  return { compression, imageSize: await count(decode(compression, source.chunks(signal), { memory, signal })) }
}

async function readHead(source: Source, signal: AbortSignal): Promise<Uint8Array> {
  const empty = () => new KindlingError('image-empty', { source: source.location })
  if (source.size === 0) throw empty()
  const head = await source.range(0, Math.min(headLength, source.size ?? headLength), signal)
  if (head === null || head.length === 0) throw empty()
  return head
}

/**
 * Refuses an image that the decoder cannot decode, judging by the headers of the first block. `xz`
 * usually writes the same header into all blocks.
 * @throws image-unsupported, image-corrupt, image-truncated
 */
export function requireDecodable(head: Uint8Array): void {
  parseStreamHeader(head)
  parseBlockHeader(head.subarray(firstBlock, firstBlock + largestBlockHeader))
}

/**
 * Thrown when a server that supported ranges before no longer does. Decoding then determines the
 * size.
 */
const noRange = new Error('no range')

async function readXzSize(source: Source, size: number, signal: AbortSignal): Promise<number | null> {
  const tailStart = Math.max(0, size - tailLength)
  const tail = await source.range(tailStart, size - tailStart, signal)
  if (tail === null) return null
  const read: ReadRange = async (offset, length) => {
    signal.throwIfAborted()
    if (offset >= tailStart) return tail.subarray(offset - tailStart, offset - tailStart + length)
    const bytes = await source.range(offset, Math.min(length, size - offset), signal)
    if (bytes === null) throw noRange
    return bytes
  }
  const layout = await readXzLayout(size, read).catch((error: unknown) => {
    if (error === noRange) return null
    throw error
  })
  if (layout === null) return null
  // On a server, each header would cost a request, so its blocks are checked while they are
  // downloaded.
  if (source.local) await requireBlocks(layout, read)
  return layout.uncompressedSize
}

async function count(pieces: AsyncIterable<Piece>): Promise<number> {
  let total = 0
  for await (const piece of pieces) {
    total += piece.bytes.length
    piece.release()
  }
  return total
}
