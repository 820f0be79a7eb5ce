// The Zstandard format: RFC 8878.

export interface ZstFrame {
  /**
   * The window descriptor byte. Its upper five bits give a size of 2^(10 + bits) bytes. Its lower
   * three bits add that many eighths of it.
   */
  window?: number
  /**
   * Content size, stored in eight bytes. The frame is then a single segment without a window
   * descriptor.
   */
  contentSize?: bigint
  /** Dictionary id, stored in one byte. */
  dictionary?: number
  /** Number of blocks, each 128 KiB of the byte 0 (RLE). */
  blocks: number
}

const magic = Buffer.from('28b52ffd', 'hex')
const [blockSize, rle] = [128 * 1024, 1 << 1]

/**
 * Builds a frame of zeros without a checksum by hand, because the zstd tool never states a larger
 * window than it needs.
 */
export function buildZstFrame({ window = 0x38, contentSize, dictionary, blocks }: ZstFrame): Buffer {
  const descriptor = (contentSize === undefined ? 0 : 0xe0) | (dictionary === undefined ? 0 : 1)
  const size = Buffer.alloc(contentSize === undefined ? 0 : 8)
  if (contentSize !== undefined) size.writeBigUInt64LE(contentSize)
  const block = (last: boolean) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUIntLE((blockSize << 3) | rle | (last ? 1 : 0), 0, 3)
    return bytes
  }
  return Buffer.concat([
    ...[magic, Buffer.from([descriptor]), Buffer.from(contentSize === undefined ? [window] : [])],
    ...[Buffer.from(dictionary === undefined ? [] : [dictionary]), size],
    ...[Buffer.alloc((blocks - 1) * 4, block(false)), block(true)],
  ])
}

/**
 * Builds a skippable frame, which decoders ignore.
 * @param kind – 0 to 15
 */
export function buildSkippable(content: Uint8Array, kind = 0): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(0x184d2a50 + kind, 0)
  head.writeUInt32LE(content.length, 4)
  return Buffer.concat([head, content])
}
