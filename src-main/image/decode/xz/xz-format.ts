import { crc32 } from 'node:zlib'
import { KindlingError } from '../../../../src-shared/failure.ts'
import { say, type Phrase } from '../../../../src-shared/phrases.ts'

// The .xz file format, version 1.2.1: https://tukaani.org/xz/xz-file-format.txt

/** Checks of a block that can be computed (`xz-check`): none, CRC32, CRC64 (format 2.1.1.2). */
export type XzCheckKind = 0 | 1 | 4

/** Size of each kind of check, in bytes. */
export const xzCheckSizes: Record<XzCheckKind, number> = { 0: 0, 1: 4, 4: 8 }

/** Entry of an index: the sizes of a block. */
export interface XzRecord {
  /** Size of header, data and check, in bytes, without the padding to a multiple of four. */
  unpaddedSize: number
  uncompressedSize: number
}

/** Sizes of a stream's header and footer, in bytes (format 2.1.1). */
export const [headerSize, footerSize] = [12, 12]
/**
 * Maximum number of blocks, of a stream and of a file. No publisher makes more, but a malicious
 * file may have more, and each block takes memory.
 */
export const maxBlocks = 1_000_000
/** Size of the largest block header, in bytes (format 3.1.1). */
export const largestBlockHeader = 1024
const maxDictionary = 64 * 1024 * 1024

const unsupported = (feature: Phrase) => new KindlingError('image-unsupported', { source: say('the-image'), feature })
export const corrupt = (reason: Phrase) => new KindlingError('image-corrupt', { reason })

/** Uncompressed size of several blocks together, in bytes. */
export const sizeOf = (blocks: XzRecord[]) => blocks.reduce((sum, block) => sum + block.uncompressedSize, 0)

/**
 * Parses a stream header.
 * @param bytes – the first 12 bytes of a stream
 * @throws image-corrupt, image-unsupported for a check that the decoder does not know
 */
export function parseStreamHeader(bytes: Uint8Array): { check: XzCheckKind } {
  const view = viewOf(bytes)
  if (bytes.length < headerSize) throw new KindlingError('image-truncated')
  if (view.getUint32(0) !== 0xfd377a58 || view.getUint16(4) !== 0x5a00) throw corrupt(say('no-stream-header'))
  if (view.getUint32(8, true) !== crc32(bytes.subarray(6, 8))) throw corrupt(say('stream-header-damaged'))
  return { check: checkOf(view.getUint16(6)) }
}

/**
 * Parses a stream footer.
 * @param bytes – the last 12 bytes of a stream
 * @returns null if the bytes are not a footer
 * @throws image-corrupt, image-unsupported
 */
export function parseStreamFooter(bytes: Uint8Array): { indexSize: number; check: XzCheckKind } | null {
  const view = viewOf(bytes)
  if (view.getUint16(10) !== 0x595a) return null
  if (view.getUint32(0, true) !== crc32(bytes.subarray(4, 10))) throw corrupt(say('stream-footer-damaged'))
  return { indexSize: (view.getUint32(4, true) + 1) * 4, check: checkOf(view.getUint16(8)) }
}

function checkOf(flags: number): XzCheckKind {
  if ((flags & 0xfff0) !== 0) throw unsupported(say('xz-newer'))
  const check = flags & 0x0f
  if (check === 0x0a) throw unsupported(say('xz-check-sha256'))
  if (check !== 0 && check !== 1 && check !== 4) throw unsupported(say('xz-check', { id: check }))
  return check
}

/**
 * Parses an index.
 * @throws image-corrupt
 */
export function parseIndex(bytes: Uint8Array): XzRecord[] {
  const end = bytes.length - 4
  if (end < 4 || bytes[0] !== 0 || viewOf(bytes).getUint32(end, true) !== crc32(bytes.subarray(0, end)))
    throw corrupt(say('index-damaged'))
  const reader = new VliReader(bytes.subarray(0, end), 1)
  const count = reader.next()
  // A record has at least two bytes.
  if (count > bytes.length / 2) throw corrupt(say('index-too-many-blocks'))
  if (count > maxBlocks) throw corrupt(say('more-blocks', { most: maxBlocks }))
  const records = Array.from({ length: count }, () => {
    const unpaddedSize = reader.next()
    const uncompressedSize = reader.next()
    if (unpaddedSize < 5) throw corrupt(say('index-empty-block'))
    return { unpaddedSize, uncompressedSize }
  })
  if (roundUp4(reader.position) !== end || bytes.subarray(reader.position, end).some((byte) => byte !== 0))
    throw corrupt(say('index-damaged'))
  if (!Number.isSafeInteger(sizeOf(records))) throw corrupt(say('index-impossible'))
  return records
}

export interface XzBlockHeader {
  headerSize: number
  compressedSize: number | null
  uncompressedSize: number | null
  /** Size of the dictionary, in bytes. */
  dictionary: number
}

/**
 * Parses a block header (format 3.1).
 * @param bytes – from the start of the header; may extend beyond its end
 * @returns null if the bytes are the start of an index instead
 * @throws image-truncated, image-corrupt, image-unsupported for a block that the decoder cannot
 *   decode
 */
export function parseBlockHeader(bytes: Uint8Array): XzBlockHeader | null {
  if (bytes.length === 0) throw new KindlingError('image-truncated')
  if (bytes[0] === 0) return null
  const size = (bytes[0]! + 1) * 4
  if (bytes.length < size) throw new KindlingError('image-truncated')
  if (viewOf(bytes).getUint32(size - 4, true) !== crc32(bytes.subarray(0, size - 4)))
    throw corrupt(say('block-header-damaged'))
  const flags = bytes[1]!
  if ((flags & 0x3c) !== 0) throw unsupported(say('xz-newer'))
  const reader = new VliReader(bytes.subarray(0, size - 4), 2)
  const compressedSize = flags & 0x40 ? reader.next() : null
  const uncompressedSize = flags & 0x80 ? reader.next() : null
  if (compressedSize === 0) throw corrupt(say('block-without-size'))
  let dictionary = 0
  for (let filter = 0; filter <= (flags & 3); filter++) {
    const id = reader.next()
    const properties = reader.take(reader.next())
    if (id !== 0x21) throw unsupported(say('xz-filter', { id: `0x${id.toString(16)}` }))
    if (properties.length !== 1 || properties[0]! > 40) throw unsupported(say('xz-newer-filter'))
    dictionary = dictionarySize(properties[0]!)
    if (dictionary > maxDictionary)
      throw unsupported(say('xz-dictionary', { size: Math.round(dictionary / 1024 / 1024) }))
  }
  // LZMA2 must be the last filter (format 5.3.1). Here it is also the first, so it must be the only
  // one.
  if ((flags & 3) !== 0) throw unsupported(say('xz-several-filters'))
  // Non-zero padding is a field of a newer format (format 3.1.6).
  if (reader.rest().some((byte) => byte !== 0)) throw unsupported(say('xz-newer'))
  return { headerSize: size, compressedSize, uncompressedSize, dictionary }
}

/** Decodes the LZMA2 properties byte to the size of the dictionary, in bytes (format 5.3.1). */
const dictionarySize = (bits: number) => (bits >= 40 ? 2 ** 32 - 1 : (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11))

/** Reader of variable-length integers (format 1.2). */
export class VliReader {
  readonly bytes: Uint8Array
  position: number

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes
    this.position = position
  }

  next(): number {
    let value = 0
    for (let index = 0; index < 9; index++) {
      const byte = this.bytes[this.position++]
      if (byte === undefined) throw corrupt(say('number-cut-off'))
      value += (byte & 0x7f) * 2 ** (7 * index)
      if (byte < 0x80) {
        if (byte === 0 && index > 0) throw corrupt(say('number-strange'))
        if (!Number.isSafeInteger(value)) throw corrupt(say('number-too-large'))
        return value
      }
    }
    throw corrupt(say('number-too-long'))
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.position)
  }

  take(length: number): Uint8Array {
    const end = this.position + length
    if (end > this.bytes.length) throw corrupt(say('block-header-damaged'))
    const taken = this.bytes.subarray(this.position, end)
    this.position = end
    return taken
  }
}

export const roundUp4 = (size: number) => Math.ceil(size / 4) * 4
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
