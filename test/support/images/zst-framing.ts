// The Zstandard format: RFC 8878.

export interface ZstFrame {
  /**
   * The window descriptor byte: 2^(10 + its upper five bits) bytes, and its lower three bits in
   * eighths of that more.
   */
  window?: number
  /**
   * The frame says its content size in eight bytes instead, and has no window descriptor (a single
   * segment).
   */
  contentSize?: bigint
  /** Dictionary id in one byte. */
  dictionary?: number
  /** Blocks of 128 KiB of one repeated byte, 0. */
  blocks: number
}

const magic = Buffer.from('28b52ffd', 'hex')
const [blockSize, rle] = [128 * 1024, 1 << 1]

/**
 * A frame of zeros without a checksum, made by hand: the zstd tool announces no window that it does
 * not need.
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

/** A frame that decoders skip. @param kind – 0 to 15 */
export function buildSkippable(content: Uint8Array, kind = 0): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(0x184d2a50 + kind, 0)
  head.writeUInt32LE(content.length, 4)
  return Buffer.concat([head, content])
}
