import { KindlingError } from '../../../../src-shared/failure.ts'
import { say } from '../../../../src-shared/phrases.ts'
import type { ByteReader } from '../../../memory/byte-reader.ts'
import {
  xzCheckSizes,
  type XzCheckKind,
  maxBlocks,
  parseBlockHeader,
  parseIndex,
  parseStreamFooter,
  parseStreamHeader,
  roundUp4,
  type XzRecord,
} from './xz-format.ts'
import { maxPadding } from './xz-layout.ts'

/** A part of an .xz file. */
export type XzPart =
  /**
   * The data of one block: LZMA2 chunks with an end marker. `dictionary` and `size`, that of the
   * decoded block, are in bytes. `bytes` must be read before the next part is requested. `expected`
   * then returns the check that came with the block.
   */
  | {
      kind: 'block'
      bytes: AsyncIterable<Uint8Array>
      dictionary: number
      size: number
      check: XzCheckKind
      expected: () => Uint8Array
    }
  /**
   * The rest of the file, which is a whole .xz file of its own. Its blocks do not state their
   * sizes, so the start of the next block is unknown.
   */
  | { kind: 'rest'; bytes: AsyncIterable<Uint8Array> }

/**
 * Splits an .xz file while it streams, and compares every index with the blocks received. The
 * content of the blocks is left to their decoder.
 * @throws image-truncated, image-corrupt, image-trailing, image-unsupported
 */
export async function* splitXz(input: ByteReader): AsyncGenerator<XzPart> {
  for (let streams = 0; streams === 0 || !(await input.ended()); streams++) {
    const header = await nextStreamHeader(input, streams > 0)
    if (header === null) return
    const { check } = parseStreamHeader(header)
    const records: XzRecord[] = []
    for (;;) {
      const blockHeader = await takeBlockHeader(input)
      if (blockHeader.length === 1) break
      const parsed = parseBlockHeader(blockHeader)!
      if (parsed.compressedSize === null || parsed.uncompressedSize === null) {
        if (records.length > 0)
          throw new KindlingError('image-unsupported', { source: say('the-image'), feature: mixedSizes })
        yield { kind: 'rest', bytes: joined([header, blockHeader], input.passRest()) }
        return
      }
      const unpaddedSize = parsed.headerSize + parsed.compressedSize + xzCheckSizes[check]
      const record = { unpaddedSize, uncompressedSize: parsed.uncompressedSize }
      if (records.length === maxBlocks) throw new KindlingError('image-corrupt', { reason: say('blocks-too-many') })
      records.push(record)
      let expected = new Uint8Array()
      const data = async function* () {
        if (!(yield* input.pass(parsed.compressedSize!))) throw new KindlingError('image-truncated')
        const padding = await take(input, -parsed.compressedSize! & 3)
        if (padding.some((byte) => byte !== 0))
          throw new KindlingError('image-corrupt', { reason: say('block-damaged') })
        expected = new Uint8Array(await take(input, xzCheckSizes[check]))
      }
      const { dictionary, uncompressedSize: size } = parsed
      yield { kind: 'block', bytes: data(), dictionary, size, check, expected: () => expected }
    }
    await requireEnd(input, header, records)
  }
}

/**
 * Unsupported: a stream in which only some blocks state their sizes. The rest of such a stream is
 * not a file of its own, because its index also names the blocks before.
 */
export const mixedSizes = say('xz-mixed-sizes')

/**
 * Reads the next stream header. Between streams there may be zeros, a multiple of four bytes
 * (format 2.2).
 * @returns null if there is no other stream
 */
async function nextStreamHeader(input: ByteReader, isLater: boolean): Promise<Uint8Array | null> {
  const follows = () => new KindlingError(isLater ? 'image-trailing' : 'image-truncated')
  let start = await input.take(4)
  for (let padding = 4; isLater && start?.every((byte) => byte === 0); padding += 4) {
    if (padding > maxPadding) throw follows()
    if (await input.ended()) return null
    start = await input.take(4)
  }
  if (start === null || (isLater && (start[0] !== 0xfd || start[1] !== 0x37))) throw follows()
  const rest = await input.take(8)
  if (rest === null) throw follows()
  return Buffer.concat([start, rest])
}

/** Reads a whole block header, or one zero byte where the index starts. */
async function takeBlockHeader(input: ByteReader): Promise<Uint8Array> {
  const first = await take(input, 1)
  return first[0] === 0 ? first : Buffer.concat([first, await take(input, (first[0]! + 1) * 4 - 1)])
}

function encodeVli(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...encodeVli(Math.floor(value / 0x80))]
}

/**
 * Reads the index and footer behind the last block of a stream. The index must name exactly the
 * blocks received.
 */
async function requireEnd(input: ByteReader, header: Uint8Array, records: XzRecord[]): Promise<void> {
  const corrupt = () => new KindlingError('image-corrupt', { reason: say('index-unlike-blocks') })
  // The blocks determine the length of the index. Its first byte was read already.
  const fields = [
    records.length,
    ...records.flatMap(({ unpaddedSize, uncompressedSize }) => [unpaddedSize, uncompressedSize]),
  ]
  const length = roundUp4(1 + fields.reduce((sum, field) => sum + encodeVli(field).length, 0)) + 4
  const index = Buffer.concat([[0], await take(input, length - 1)].map((part) => Uint8Array.from(part)))
  const stated = parseIndex(index)
  if (
    stated.length !== records.length ||
    stated.some(
      ({ unpaddedSize, uncompressedSize }, at) =>
        unpaddedSize !== records[at]!.unpaddedSize || uncompressedSize !== records[at]!.uncompressedSize,
    )
  )
    throw corrupt()
  const footer = parseStreamFooter(await take(input, 12))
  if (footer === null || footer.indexSize !== index.length || footer.check !== parseStreamHeader(header).check)
    throw corrupt()
}

async function take(input: ByteReader, length: number): Promise<Uint8Array> {
  const bytes = await input.take(length)
  if (bytes === null) throw new KindlingError('image-truncated')
  return bytes
}

async function* joined(first: Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.concat(first)
  yield* rest
}
