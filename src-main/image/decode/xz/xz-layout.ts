import { KindlingError } from '../../../../src-shared/failure.ts'
import { say } from '../../../../src-shared/phrases.ts'
import {
  type XzCheckKind,
  xzCheckSizes,
  type XzRecord,
  maxBlocks,
  largestBlockHeader,
  parseStreamHeader,
  parseStreamFooter,
  parseIndex,
  parseBlockHeader,
  roundUp4,
  headerSize,
  footerSize,
  corrupt,
  sizeOf,
  VliReader,
} from './xz-format.ts'

export interface XzBlock extends XzRecord {
  /** Offset from the start of the file, in bytes. */
  offset: number
}

export interface XzStream {
  check: XzCheckKind
  blocks: XzBlock[]
}

export interface XzLayout {
  /** Streams in the order of the file. */
  streams: XzStream[]
  /** Uncompressed size of all blocks together, in bytes. */
  uncompressedSize: number
}

/** Reads bytes `offset` to `offset + length` of a file. A shorter result is an error. */
export type ReadRange = (offset: number, length: number) => Promise<Uint8Array>

/**
 * Returns the size of the largest index of `blocks` blocks, in bytes. A record has two numbers of
 * at most nine bytes each (format 4).
 */
const largestIndex = (blocks: number) => roundUp4(1 + 9 + 18 * blocks) + 4
const maxStreams = 1024
/**
 * Maximum number of zero bytes between streams or behind the last one. The format sets no limit,
 * but only a malicious file has more.
 */
export const maxPadding = 1024 * 1024
/**
 * Maximum number of blocks that are passed on the way to the end of the first stream. Each costs a
 * read.
 */
const maxBlocksPassed = 1000

/**
 * Reads the index of every stream of an .xz file, from its end to its start, without reading its
 * data.
 * @param size – size of the whole file, in bytes
 * @throws image-truncated, image-trailing, image-corrupt, image-unsupported
 */
export async function readXzLayout(size: number, read: ReadRange): Promise<XzLayout> {
  try {
    return await readBackwards(size, read)
  } catch (error) {
    const cutOff = error instanceof KindlingError && error.code === 'image-truncated'
    throw cutOff && (await hasWholeStream(size, read)) ? new KindlingError('image-trailing') : error
  }
}

async function readBackwards(size: number, read: ReadRange): Promise<XzLayout> {
  const streams: XzStream[] = []
  let blocks = 0
  let end = size
  while (end > 0) {
    if (streams.length === maxStreams) throw corrupt(say('more-streams', { most: maxStreams }))
    end = await skipPadding(end, read)
    const { start, stream } = await readStream(end, read)
    streams.unshift(stream)
    blocks += stream.blocks.length
    if (blocks > maxBlocks) throw corrupt(say('more-blocks', { most: maxBlocks }))
    end = start
  }
  if (streams.length === 0) throw new KindlingError('image-truncated')
  const uncompressedSize = streams.reduce((sum, stream) => sum + sizeOf(stream.blocks), 0)
  if (!Number.isSafeInteger(uncompressedSize)) throw corrupt(say('indexes-impossible'))
  return { streams, uncompressedSize }
}

/**
 * Tells whether a whole stream ends before the end of the file. A file without a footer at its end
 * was truncated, unless it has such a stream: then data was appended. Block headers with sizes lead
 * from the start of a stream to its end. Without sizes, the end cannot be found.
 */
async function hasWholeStream(size: number, read: ReadRange): Promise<boolean> {
  const upTo = (offset: number, length: number) => read(offset, Math.min(length, size - offset))
  try {
    const { check } = parseStreamHeader(await upTo(0, headerSize))
    const checkSize = xzCheckSizes[check]
    let offset = headerSize
    for (let blocks = 0; ; blocks++) {
      const header = parseBlockHeader(await upTo(offset, largestBlockHeader))
      if (header === null) break
      if (header.compressedSize === null || blocks === maxBlocksPassed) return false
      offset += roundUp4(header.headerSize + header.compressedSize) + checkSize
    }
    const reader = new VliReader(await upTo(offset, largestIndex(maxBlocksPassed)), 1)
    for (let records = reader.next(); records > 0; records--) {
      reader.next()
      reader.next()
    }
    const end = offset + roundUp4(reader.position) + 4 + footerSize
    return end < size && parseStreamFooter(await read(end - footerSize, footerSize)) !== null
  } catch {
    return false
  }
}

/**
 * Skips the zeros between streams and behind the last one, a multiple of four bytes (format 2.2).
 */
async function skipPadding(end: number, read: ReadRange): Promise<number> {
  for (let position = end; position >= 4 && end - position <= maxPadding;) {
    // Usually there is no padding, so the first read is short.
    const words = await read(...lastWords(position, position === end ? 4 : paddingRead))
    const last = words.findLastIndex((byte) => byte !== 0)
    position -= words.length
    if (last >= 0) return position + roundUp4(last + 1)
  }
  throw new KindlingError('image-truncated')
}

const paddingRead = 64 * 1024
const lastWords = (end: number, atMost: number): [offset: number, length: number] => {
  const length = Math.min(atMost, end - (end % 4))
  return [end - length, length]
}

async function readStream(end: number, read: ReadRange): Promise<{ start: number; stream: XzStream }> {
  // A file without a footer at its end was truncated, or data was appended to it: the bytes do not
  // tell which.
  if (end < headerSize + footerSize + 8) throw new KindlingError('image-truncated')
  const footer = parseStreamFooter(await read(end - footerSize, footerSize))
  if (footer === null) throw new KindlingError('image-truncated')
  const indexStart = end - footerSize - footer.indexSize
  if (indexStart < headerSize || footer.indexSize > largestIndex(maxBlocks)) throw corrupt(say('footer-outside'))
  const records = parseIndex(await read(indexStart, footer.indexSize))
  const dataSize = records.reduce((sum, record) => sum + roundUp4(record.unpaddedSize), 0)
  const start = indexStart - dataSize - headerSize
  if (!Number.isSafeInteger(dataSize) || start < 0) throw corrupt(say('index-too-much'))
  const header = parseStreamHeader(await read(start, headerSize))
  if (header.check !== footer.check) throw corrupt(say('checks-contradict'))
  let offset = start + headerSize
  const blocks = records.map((record) => {
    const block = { offset, ...record }
    offset += roundUp4(record.unpaddedSize)
    return block
  })
  return { start, stream: { check: header.check, blocks } }
}
