import { KindlingError } from '../../../src-shared/failure.ts'
import { say, type Phrase } from '../../../src-shared/phrases.ts'
import { largestWindow } from './plan-memory.ts'

// The Zstandard format: RFC 8878.

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50

/**
 * Length of a magic number, and of the size that follows it in a skippable frame, in bytes (RFC
 * 8878, 3.1.1 and 3.1.2).
 */
const magicLength = 4

/**
 * Returns the kind of frame that begins with this magic number; null for any other number. The
 * content of a skippable frame is not part of the data.
 */
export function kindOfFrame(magic: Uint8Array): 'frame' | 'skippable' | null {
  if (magic.length < magicLength) return null
  const value = readUint32(magic)
  if (value === frameMagic) return 'frame'
  return (value & 0xfffffff0) >>> 0 === skippableMagic ? 'skippable' : null
}

export const readUint32 = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)

/**
 * Finds the first frame behind the skippable frames at the start of a file. Every file of pzstd
 * begins with a skippable frame.
 * @returns the offset of the first frame; null if `head` has no frame; an offset beyond `head` if a
 *   skippable frame extends that far
 */
function findFrame(head: Uint8Array): number | null {
  for (let offset = 0; ;) {
    const kind = kindOfFrame(head.subarray(offset, offset + magicLength))
    if (kind === 'frame') return offset
    const size = head.subarray(offset + magicLength, offset + 2 * magicLength)
    if (kind === null || size.length < magicLength) return null
    offset += 2 * magicLength + readUint32(size)
    if (offset >= head.length) return offset
  }
}

export const startsLikeZst = (head: Uint8Array): boolean => findFrame(head) !== null

export interface ZstFrameHeader {
  /** Size of the decoded data that a decoder must keep, in bytes. */
  window: number
  hasChecksum: boolean
}

/** Returns the length of the header behind its descriptor byte, in bytes (RFC 8878, 3.1.1.1). */
export function zstHeaderLength(descriptor: number): number {
  const { singleSegment, sizeLength, dictionaryLength } = readDescriptor(descriptor)
  return (singleSegment ? 0 : 1) + dictionaryLength + sizeLength
}

function readDescriptor(descriptor: number) {
  const singleSegment = (descriptor & 0x20) !== 0
  return {
    singleSegment,
    sizeLength: [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!,
    dictionaryLength: [0, 1, 2, 4][descriptor & 3]!,
  }
}

/**
 * Parses a frame header.
 * @param header – the bytes behind the descriptor, `zstHeaderLength` of them
 * @param window – largest window that is allowed, in bytes
 * @throws image-unsupported for a larger window or a dictionary; image-corrupt
 */
export function readZstFrameHeader(descriptor: number, header: Uint8Array, window: number): ZstFrameHeader {
  if ((descriptor & 8) !== 0) throw new KindlingError('image-corrupt', { reason: say('zst-reserved') })
  const { singleSegment, sizeLength, dictionaryLength } = readDescriptor(descriptor)
  const dictionaryAt = singleSegment ? 0 : 1
  if (header.subarray(dictionaryAt, dictionaryAt + dictionaryLength).some((byte) => byte !== 0))
    throw unsupported(say('zst-dictionary'))
  const wanted = singleSegment
    ? readContentSize(header.subarray(dictionaryLength, dictionaryLength + sizeLength))
    : readWindow(header[0]!)
  if (wanted > window) {
    const most = { size: Math.ceil(wanted / 2 ** 20), most: Math.floor(window / 2 ** 20) }
    throw unsupported(window < largestWindow ? say('zst-window-memory', most) : say('zst-window', most))
  }
  return { window: wanted, hasChecksum: (descriptor & 4) !== 0 }
}

/** Reads the content size. A field of two bytes stores the size minus 256 (RFC 8878, 3.1.1.1.4). */
function readContentSize(bytes: Uint8Array): number {
  const size = bytes.reduce((sum, byte, index) => sum + byte * 2 ** (8 * index), 0)
  return bytes.length === 2 ? size + 256 : size
}

/** Reads the window size, in bytes (RFC 8878, 3.1.1.1.2). */
function readWindow(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

/**
 * Refuses an image by its first frame header, if `head` reaches that far. Each frame is checked
 * again when it is decoded.
 * @throws image-unsupported, image-corrupt
 */
export function requireZst(head: Uint8Array, window: number): void {
  const offset = findFrame(head)
  const descriptor = offset === null ? undefined : head[offset + 4]
  if (descriptor === undefined) return
  const header = head.subarray(offset! + 5, offset! + 5 + zstHeaderLength(descriptor))
  if (header.length === zstHeaderLength(descriptor)) readZstFrameHeader(descriptor, header, window)
}

const unsupported = (feature: Phrase) => new KindlingError('image-unsupported', { source: say('the-image'), feature })
