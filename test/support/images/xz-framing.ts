import { crc32 } from 'node:zlib'
import { crc64 } from 'hash-wasm'
import type { XzCheckKind } from '../../../src-main/image/decode/xz/xz-format.ts'
import { runTool } from '../programs/run-tool.ts'

// The .xz file format, version 1.2.1: https://tukaani.org/xz/xz-file-format.txt

/** Polynomial of ECMA-182, reflected, as the format requires it (6). */
export const ecma182 = 'c96c5795d7870f42'

/** A variable-length integer. Numbers that JavaScript cannot represent exactly are bigint. */
export type Vli = number | bigint

/** Position `at` of a CRC32, and the range that it covers: `from` up to `to`. */
export interface SumPlace {
  from: number
  to: number
  at: number
}

/**
 * A file or a part of one, with the positions of the CRC32s of its headers, indexes and footers.
 */
export interface XzBytes {
  bytes: Buffer
  sums: SumPlace[]
}

export interface XzRecordOf {
  unpaddedSize: Vli
  uncompressedSize: Vli
}

export interface BuiltBlock extends XzBytes {
  record: XzRecordOf
}

/** Contents of a block. A field that is not given gets its correct value. */
export interface BlockParts {
  /** The decoded bytes, from which the check is computed. */
  raw: Uint8Array
  /** LZMA2 chunks. Default: `raw`, compressed. */
  data?: Uint8Array
  check?: XzCheckKind
  /** Size stated in the header; null omits it. */
  compressedSize?: Vli | null
  uncompressedSize?: Vli | null
  /** Id and properties of each filter. */
  filters?: [id: number, properties: number[]][]
  /** The bytes of the check after the data. */
  sum?: Uint8Array
}

export interface StreamParts {
  check?: XzCheckKind
  blocks: BuiltBlock[]
  /** Records of the index. Default: the correct ones. */
  records?: XzRecordOf[]
  /** Number of records stated in the index. */
  count?: Vli
  /** Size of the index stated in the footer, in bytes. */
  backwardSize?: number
  /** Check id stated in the footer. */
  footerCheck?: number
}

/** Encodes a variable-length integer (format 1.2). */
export function encodeVli(value: Vli): Buffer {
  const bytes: number[] = []
  let left = BigInt(value)
  for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(left)])
}

/**
 * Returns LZMA2 chunks with an end marker and no container. The dictionary is 64 KiB: properties 8
 * (format 5.3.1).
 */
export const lzma2 = (raw: Uint8Array): Promise<Buffer> =>
  runTool('xz', ['-c', '--format=raw', '--lzma2=preset=0,dict=64KiB'], { input: raw })

export const lzma2Filter: [number, number[]] = [0x21, [8]]

/** Builds a whole block with its padding and check. */
export async function buildBlock(parts: BlockParts): Promise<BuiltBlock> {
  const { raw, check = 4, filters = [lzma2Filter] } = parts
  const data = parts.data ?? (await lzma2(raw))
  const { compressedSize = data.length, uncompressedSize = raw.length } = parts
  const header = buildBlockHeader({ compressedSize, uncompressedSize, filters })
  const sum = parts.sum ?? (await sumOf(check, raw))
  const bytes = Buffer.concat([header, data, Buffer.alloc(-data.length & 3), sum])
  return {
    bytes,
    sums: [{ from: 0, to: header.length - 4, at: header.length - 4 }],
    record: { unpaddedSize: header.length + data.length + sum.length, uncompressedSize: raw.length },
  }
}

/**
 * Builds a block header.
 * @param flags – reserved bits to set in the block flags
 */
export function buildBlockHeader({
  compressedSize = null,
  uncompressedSize = null,
  filters = [lzma2Filter],
  flags = 0,
}: Pick<BlockParts, 'compressedSize' | 'uncompressedSize' | 'filters'> & { flags?: number }): Buffer {
  const sizes = [compressedSize, uncompressedSize]
  const bits = sizes.map((size, at) => (size === null ? 0 : 0x40 << at)).reduce((one, other) => one | other)
  const fields = Buffer.concat([
    Buffer.from([0, flags | bits | (filters.length - 1)]),
    ...sizes.map((size) => (size === null ? Buffer.alloc(0) : encodeVli(size))),
    ...filters.flatMap(([id, properties]) => [encodeVli(id), encodeVli(properties.length), Buffer.from(properties)]),
  ])
  const header = Buffer.concat([fields, Buffer.alloc(-fields.length & 3)])
  header[0] = header.length / 4
  return withSum(header)
}

/** Builds a whole stream: header, blocks, index, footer. */
export function buildStream(parts: StreamParts): XzBytes {
  const { check = 4, blocks, records = blocks.map(({ record }) => record) } = parts
  const header = Buffer.concat([Buffer.from('fd377a585a00', 'hex'), withSum(Buffer.from([0, check]))])
  const index = buildIndex(records, parts.count)
  const fields = Buffer.alloc(6)
  fields.writeUInt32LE((parts.backwardSize ?? index.length) / 4 - 1)
  fields[5] = parts.footerCheck ?? check
  const footer = Buffer.concat([sumBytes(fields), fields, Buffer.from('YZ')])
  return joinXz([
    { bytes: header, sums: [{ from: 6, to: 8, at: 8 }] },
    ...blocks,
    { bytes: index, sums: [{ from: 0, to: index.length - 4, at: index.length - 4 }] },
    { bytes: footer, sums: [{ from: 4, to: 10, at: 0 }] },
  ])
}

/**
 * Builds an index.
 * @param count – number of records that it states
 */
export function buildIndex(records: XzRecordOf[], count: Vli = records.length): Buffer {
  const fields = Buffer.concat([
    Buffer.from([0]),
    encodeVli(count),
    ...records.flatMap(({ unpaddedSize, uncompressedSize }) => [encodeVli(unpaddedSize), encodeVli(uncompressedSize)]),
  ])
  return withSum(Buffer.concat([fields, Buffer.alloc(-fields.length & 3)]))
}

/** Concatenates streams and padding. */
export function joinXz(parts: (XzBytes | Buffer)[]): XzBytes {
  const sums: SumPlace[] = []
  let start = 0
  for (const part of parts) {
    if (!Buffer.isBuffer(part))
      for (const { from, to, at } of part.sums) sums.push({ from: start + from, to: start + to, at: start + at })
    start += Buffer.isBuffer(part) ? part.length : part.bytes.length
  }
  return { bytes: Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : part.bytes))), sums }
}

/** Recomputes every CRC32, so that a manipulated file is still consistent. */
export function fixSums(bytes: Buffer, sums: SumPlace[]): void {
  for (const { from, to, at } of sums) if (at + 4 <= bytes.length) sumBytes(bytes.subarray(from, to)).copy(bytes, at)
}

/** Computes a check without the code under test. */
async function sumOf(check: XzCheckKind, raw: Uint8Array): Promise<Buffer> {
  if (check === 0) return Buffer.alloc(0)
  return check === 1 ? sumBytes(raw) : Buffer.from(await crc64(raw, ecma182), 'hex').reverse()
}

function sumBytes(bytes: Uint8Array): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(bytes))
  return sum
}

const withSum = (bytes: Buffer) => Buffer.concat([bytes, sumBytes(bytes)])
