import { crc32 } from 'node:zlib'
import { startXzCheck } from '../../../src-main/image/decode/thread/xz-check.ts'
import type { XzCheckKind } from '../../../src-main/image/decode/xz/xz-layout.ts'
import { runTool } from '../run-tool.ts'

// The .xz file format, version 1.2.1: https://tukaani.org/xz/xz-file-format.txt

/** Numbers that JavaScript cannot hold are given as bigint. */
export type Vli = number | bigint

/** Where a CRC32 stands, and over which bytes: from `from` up to `to`. */
export interface SumPlace {
  from: number
  to: number
  at: number
}

/** A file, or a part of one, and the sums of its headers, indexes and footers. */
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

/** What a block is made of; whatever is not given is as it should be. */
export interface BlockParts {
  /** What it decodes to: its check is taken over it. */
  raw: Uint8Array
  /** LZMA2 chunks; those of `raw` unless told otherwise. */
  data?: Uint8Array
  check?: XzCheckKind
  /** What the header says; null: nothing. */
  compressedSize?: Vli | null
  uncompressedSize?: Vli | null
  /** Each an id and its properties. */
  filters?: [id: number, properties: number[]][]
  /** The bytes behind the data. */
  sum?: Uint8Array
}

export interface StreamParts {
  check?: XzCheckKind
  blocks: BuiltBlock[]
  /** What the index says; the truth unless told otherwise. */
  records?: XzRecordOf[]
  /** The number of records that it announces. */
  count?: Vli
  /** Bytes of the index as the footer has them. */
  backwardSize?: number
  /** The check that the footer names. */
  footerCheck?: number
}

/** A variable-length integer (format 1.2). */
export function encodeVli(value: Vli): Buffer {
  const bytes: number[] = []
  let left = BigInt(value)
  for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(left)])
}

/** LZMA2 chunks and their end, without any frame. The dictionary has 64 KiB: properties 8 (format 5.3.1). */
export const lzma2 = (raw: Uint8Array): Promise<Buffer> =>
  runTool('xz', ['-c', '--format=raw', '--lzma2=preset=0,dict=64KiB'], { input: raw })

export const lzma2Filter: [number, number[]] = [0x21, [8]]

/** A whole block, with its padding and check. */
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

/** @param flags reserved bits to be set among the block flags */
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

/** A whole stream: header, blocks, index, footer. */
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

/** @param count the number of records that it announces */
export function buildIndex(records: XzRecordOf[], count: Vli = records.length): Buffer {
  const fields = Buffer.concat([
    Buffer.from([0]),
    encodeVli(count),
    ...records.flatMap(({ unpaddedSize, uncompressedSize }) => [encodeVli(unpaddedSize), encodeVli(uncompressedSize)]),
  ])
  return withSum(Buffer.concat([fields, Buffer.alloc(-fields.length & 3)]))
}

/** Streams and paddings one after another. */
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

/** Makes every sum fit what it is taken over, as a liar would. */
export function fixSums(bytes: Buffer, sums: SumPlace[]): void {
  for (const { from, to, at } of sums) if (at + 4 <= bytes.length) sumBytes(bytes.subarray(from, to)).copy(bytes, at)
}

async function sumOf(check: XzCheckKind, raw: Uint8Array): Promise<Uint8Array> {
  const sum = await startXzCheck(check)
  sum.update(raw)
  return Uint8Array.from(sum.digest())
}

function sumBytes(bytes: Uint8Array): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(bytes))
  return sum
}

const withSum = (bytes: Buffer) => Buffer.concat([bytes, sumBytes(bytes)])
