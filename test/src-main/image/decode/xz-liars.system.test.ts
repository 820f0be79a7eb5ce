import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeXz } from '../../../../src-main/image/decode/decode-xz.ts'
import { measureImage } from '../../../../src-main/image/decode/measure-image.ts'
import { framesOfBlock, withThreads } from '../../../../src-main/image/decode/plan-memory.ts'
import { xz } from '../../../support/images/compress.ts'
import { decodeXzBytes, inChunks, sourceOf } from '../../../support/images/decode-bytes.ts'
import { fillLikeDisk, makeNoise } from '../../../support/images/random-bytes.ts'
import { standStill } from '../../../support/run/stand-still.ts'
import { runs } from '../../../support/run/tier.ts'
import {
  buildBlock,
  buildStream,
  encodeVli,
  lzma2,
  type BlockParts,
  type BuiltBlock,
  type StreamParts,
  type XzRecordOf,
} from '../../../support/images/xz-framing.ts'
import { runTool } from '../../../support/programs/run-tool.ts'
import { mib } from '../../../support/files/mib.ts'

const raw = Buffer.alloc(150_000)
fillLikeDisk(raw, 3)
const { signal } = new AbortController()
const measure = (bytes: Uint8Array, local = true) => measureImage(sourceOf(bytes, { local }), 'image.raw.xz', signal)
const refused = (code: string) => expect.objectContaining({ name: 'KindlingError', code })
const outcome = <T>(value: Promise<T>): Promise<unknown> => value.catch((error: unknown) => error)

let honest: BuiltBlock
beforeAll(async () => {
  honest = await buildBlock({ raw })
})
/**
 * Builds a file with a false block between correct ones. The index contains the same false values.
 */
async function withLie(parts: Partial<BlockParts>, record?: Partial<XzRecordOf>): Promise<Buffer> {
  const lying = await buildBlock({ raw, ...parts })
  const blocks = [honest, lying, honest]
  const records = [honest.record, { ...lying.record, ...record }, honest.record]
  return buildStream({ blocks, records }).bytes
}

test('the builder’s files are those that xz reads', async () => {
  for (const check of [0, 1, 4] as const)
    for (const sizes of [{}, { compressedSize: null, uncompressedSize: null }]) {
      const blocks = [await buildBlock({ raw, check, ...sizes }), await buildBlock({ raw, check, ...sizes })]
      const { bytes } = buildStream({ check, blocks })
      expect((await runTool('xz', ['-dc'], { input: bytes })).equals(Buffer.concat([raw, raw]))).toBe(true)
      expect((await decodeXzBytes(bytes, 2)).equals(Buffer.concat([raw, raw]))).toBe(true)
    }
})

const headerLies: [string, Partial<BlockParts>, file: string, stream: string][] = [
  ['a compressed size of 2^50', { compressedSize: 2 ** 50 }, 'image-corrupt', 'image-truncated'],
  ['a compressed size of 2^62', { compressedSize: 2n ** 62n }, 'image-corrupt', 'image-corrupt'],
  ['a compressed size of zero', { compressedSize: 0 }, 'image-corrupt', 'image-corrupt'],
  ['an uncompressed size of 2^50', { uncompressedSize: 2 ** 50 }, 'image-corrupt', 'image-corrupt'],
  ['an uncompressed size of 2^62', { uncompressedSize: 2n ** 62n }, 'image-corrupt', 'image-corrupt'],
  ['an uncompressed size of zero', { uncompressedSize: 0 }, 'image-corrupt', 'image-corrupt'],
  [
    'an uncompressed size that is one too small',
    { uncompressedSize: raw.length - 1 },
    'image-corrupt',
    'image-corrupt',
  ],
  [
    'an uncompressed size that is one too large',
    { uncompressedSize: raw.length + 1 },
    'image-corrupt',
    'image-corrupt',
  ],
]

describe.each(headerLies)('a block header with %s', (_, parts, file, stream) => {
  test('is refused from a file before anything is decoded, and while it streams', async () => {
    const bytes = await withLie(parts)
    await expect(measure(bytes)).rejects.toEqual(refused(file))
    await expect(decodeXzBytes(bytes, 2, 5000)).rejects.toEqual(refused(stream))
  })
})

describe('a lie that header and index share', () => {
  test.each([
    ['one too small', raw.length - 1],
    ['one too large', raw.length + 1],
    ['zero', 0],
    ['2^50', 2 ** 50],
  ])('about what a block decodes to (%s) is found when it is decoded', async (_, uncompressedSize) => {
    const bytes = await withLie({ uncompressedSize }, { uncompressedSize })
    expect((await measure(bytes)).imageSize).toBe(2 * raw.length + uncompressedSize)
    await expect(decodeXzBytes(bytes, 2)).rejects.toEqual(refused('image-corrupt'))
  })

  test('about a compressed size that reaches into the next block is found', async () => {
    const data = await lzma2(raw)
    const compressedSize = data.length + honest.bytes.length
    const lying = await buildBlock({ raw, compressedSize, data })
    const unpaddedSize = Number(lying.record.unpaddedSize) + honest.bytes.length
    const bytes = buildStream({
      blocks: [lying, honest, honest],
      records: [{ ...lying.record, unpaddedSize }, honest.record],
    }).bytes
    expect((await measure(bytes)).imageSize).toBe(2 * raw.length)
    await expect(decodeXzBytes(bytes, 2)).rejects.toEqual(refused('image-corrupt'))
  })
})

/**
 * Possible errors while streaming. If an index does not match the blocks, its length is not known.
 */
const inStream = /^image-(corrupt|truncated|trailing)$/

const indexLies: [string, (records: XzRecordOf[]) => Partial<StreamParts>, code: string][] = [
  [
    'another size of what a block decodes to',
    ([one, two]) => ({ records: [one!, { ...two!, uncompressedSize: 7 }] }),
    'image-corrupt',
  ],
  [
    'another size of a block',
    ([one, two]) => ({ records: [{ ...one!, unpaddedSize: Number(one!.unpaddedSize) - 4 }, two!] }),
    'image-corrupt',
  ],
  ['sizes in another order', ([one, two]) => ({ records: [two!, one!] }), 'image-corrupt'],
  ['a block more', ([one, two]) => ({ records: [one!, two!, one!] }), 'image-corrupt'],
  ['a block less', ([one]) => ({ records: [one!] }), 'image-corrupt'],
  ['no block', () => ({ records: [] }), 'image-corrupt'],
  ['more blocks than records', () => ({ count: 3 }), 'image-corrupt'],
  ['2^50 blocks', () => ({ count: 2 ** 50 }), 'image-corrupt'],
  ['2^62 blocks', () => ({ count: 2n ** 62n }), 'image-corrupt'],
  [
    'sizes that add up to more than 2^53',
    ([one, two]) => ({ records: [{ ...one!, uncompressedSize: 2 ** 53 - 1 }, two!] }),
    'image-corrupt',
  ],
  ['a block of 2^52 bytes', ([one, two]) => ({ records: [{ ...one!, unpaddedSize: 2 ** 52 }, two!] }), 'image-corrupt'],
]

describe.each(indexLies)('an index that names %s', (_, change, code) => {
  test('is refused from a file, and while it streams', async () => {
    const blocks = [honest, await buildBlock({ raw: raw.subarray(0, 70_000) })]
    const { bytes } = buildStream({ blocks, ...change(blocks.map(({ record }) => record)) })
    await expect(measure(bytes)).rejects.toEqual(refused(code))
    expect(await outcome(decodeXzBytes(bytes, 2))).toMatchObject({ code: expect.stringMatching(inStream) })
  })
})

test.each([4, 8, 2 ** 20, 2 ** 34])(
  'a footer that says that the index has %i bytes is refused',
  async (backwardSize) => {
    const { bytes } = buildStream({ blocks: [honest], backwardSize })
    const source = sourceOf(bytes)
    await expect(measureImage(source, 'image.raw.xz', signal)).rejects.toEqual(refused('image-corrupt'))
    expect(source.taken.bytes).toBeLessThan(3 * bytes.length + 100_000)
    await expect(decodeXzBytes(bytes, 2)).rejects.toEqual(refused('image-corrupt'))
  },
)

test('a footer that names another check is refused', async () => {
  const { bytes } = buildStream({ blocks: [honest], footerCheck: 1 })
  await expect(measure(bytes)).rejects.toEqual(refused('image-corrupt'))
  await expect(decodeXzBytes(bytes, 2)).rejects.toEqual(refused('image-corrupt'))
})

test('an index of a million blocks and more is refused before it takes memory', async () => {
  const record = { unpaddedSize: 5, uncompressedSize: 0 }
  const count = 1_000_001
  const before = process.memoryUsage().heapUsed
  const records = Buffer.alloc(2 * count)
  for (let at = 0; at < records.length; at += 2) records[at] = record.unpaddedSize
  const { bytes } = buildStream({ blocks: [{ bytes: Buffer.alloc(8 * count), sums: [], record }], records: [] })
  const header = bytes.subarray(0, 12 + 8 * count)
  const index = hugeIndex(records, count)
  const footer = buildStream({ blocks: [], backwardSize: index.length }).bytes.subarray(-12)
  await expect(measure(Buffer.concat([header, index, footer]))).rejects.toMatchObject({
    code: 'image-corrupt',
    details: { reason: 'more than 1000000 blocks' },
  })
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(8 * mib)
})

test.each([2, 20])('padding of %i MiB is refused, and asked for in few pieces', async (size) => {
  const { bytes } = buildStream({ blocks: [honest] })
  for (const rest of [bytes, Buffer.alloc(0)]) {
    const file = Buffer.concat([bytes, Buffer.alloc(size * mib), rest])
    const source = sourceOf(file)
    await expect(measureImage(source, 'image.raw.xz', signal)).rejects.toEqual(refused('image-trailing'))
    expect(source.taken.bytes).toBeLessThan(1.5 * mib)
    expect(source.taken.reads).toBeLessThan(50)
    await expect(decodeXzBytes(file, 2)).rejects.toEqual(refused('image-trailing'))
  }
})

test('a MiB of padding is passed over, from a file and while it streams', async () => {
  const { bytes } = buildStream({ blocks: [honest] })
  const file = Buffer.concat([bytes, Buffer.alloc(mib), bytes, Buffer.alloc(mib)])
  expect((await measure(file)).imageSize).toBe(2 * raw.length)
  expect((await decodeXzBytes(file, 2)).equals(Buffer.concat([raw, raw]))).toBe(true)
})

test('four bytes more than a MiB of padding are refused, from a file and while it streams', async () => {
  const { bytes } = buildStream({ blocks: [honest] })
  for (const rest of [bytes, Buffer.alloc(0)]) {
    const file = Buffer.concat([bytes, Buffer.alloc(mib + 4), rest])
    await expect(measure(file)).rejects.toEqual(refused('image-trailing'))
    await expect(decodeXzBytes(file, 2)).rejects.toEqual(refused('image-trailing'))
  }
})

test('padding that is no multiple of four is refused', async () => {
  const { bytes } = buildStream({ blocks: [honest] })
  for (const odd of [1, 2, 3, 5, 4097]) {
    const file = Buffer.concat([bytes, Buffer.alloc(odd)])
    await expect(measure(file)).rejects.toEqual(refused('image-trailing'))
    await expect(decodeXzBytes(file, 1)).rejects.toEqual(refused('image-trailing'))
  }
})

describe('a bomb', () => {
  /**
   * Returns LZMA2 chunks for `times` × 2 MiB of one byte. The first chunk resets the decoder, so
   * the chunks can be repeated any number of times.
   */
  async function alikeData(times: number): Promise<Buffer> {
    const one = await lzma2(Buffer.alloc(2 * mib, 0xaa))
    return Buffer.concat([...Array<Buffer>(times).fill(one.subarray(0, -1)), one.subarray(-1)])
  }

  const times = 4096
  const size = times * 2 * mib
  const bombs: [string, (data: Buffer) => Promise<Buffer>][] = [
    [
      'of a block that says nothing',
      async (data) =>
        buildStream({
          check: 0,
          blocks: [
            await buildBlock({ raw: Buffer.alloc(0), check: 0, data, compressedSize: null, uncompressedSize: null }),
          ],
        }).bytes,
    ],
    [
      'of a block that says it',
      async (data) => {
        const block = await buildBlock({ raw: Buffer.alloc(0), check: 0, data, uncompressedSize: size })
        return buildStream({ check: 0, blocks: [{ ...block, record: { ...block.record, uncompressedSize: size } }] })
          .bytes
      },
    ],
    [
      'of many blocks',
      async () => {
        const block = await buildBlock({ raw: Buffer.alloc(64 * mib, 0xaa), check: 0 })
        return buildStream({ check: 0, blocks: Array<BuiltBlock>(size / 64 / mib).fill(block) }).bytes
      },
    ],
  ]

  test.each(bombs)('%s decodes in bounded memory, and no further than it is read', async (_, make) => {
    const bytes = await make(await alikeData(times))
    expect(bytes.length).toBeLessThan(size / 1000)
    const before = process.memoryUsage().rss
    const plan = withThreads(2)
    let [decoded, most] = [0, 0]
    for await (const { bytes: part, release } of decodeXz(inChunks(bytes), plan)) {
      // The consumer reads nothing yet, so the threads decode as far ahead as they may.
      if (decoded === 0) await standStill()
      decoded += part.length
      most = Math.max(most, process.memoryUsage().rss)
      release()
      if (decoded > 200 * mib) break
    }
    // Two threads whose rings follow their small dictionaries.
    const rings = plan.threads * framesOfBlock(64 * 1024, plan.threads, plan) * mib
    expect(most - before).toBeLessThan(rings + 64 * mib)
  })

  test('that says a smaller size stops there', async () => {
    const data = await alikeData(times)
    const block = await buildBlock({ raw: Buffer.alloc(0), check: 0, data, uncompressedSize: 5 * mib })
    const blocks = [{ ...block, record: { ...block.record, uncompressedSize: 5 * mib } }]
    let decoded = 0
    const reading = async () => {
      for await (const { bytes, release } of decodeXz(
        inChunks(buildStream({ check: 0, blocks }).bytes),
        withThreads(2),
      )) {
        decoded += bytes.length
        release()
      }
    }
    await expect(reading()).rejects.toEqual(refused('image-corrupt'))
    expect(decoded).toBeLessThanOrEqual(6 * mib)
  })
})

test('dictionaries that grow from block to block take no more than the largest', async () => {
  const noise = makeNoise(1000, 4)
  const growing: BuiltBlock[] = []
  for (let bits = 0; bits <= 28; bits++) growing.push(await buildBlock({ raw: noise, filters: [[0x21, [bits]]] }))
  // Together the dictionaries exceed the memory available to WebAssembly.
  const blocks = Array.from({ length: 20 }, () => growing).flat()
  const before = process.memoryUsage().rss
  let most = 0
  for await (const { release } of decodeXz(inChunks(buildStream({ blocks }).bytes), withThreads(1))) {
    release()
    most = Math.max(most, process.memoryUsage().rss)
  }
  expect(most - before).toBeLessThan(64 * mib)
})

describe.each([
  ['CRC32', 1],
  ['CRC64', 4],
] as const)('a block with %s', (_, check) => {
  test.each([
    ['whose check does not fit', (block: Buffer) => block.length - 1],
    ['whose data has a flipped bit', (block: Buffer) => block.length >> 1],
  ])('%s is refused, with sizes and without', async (_, place) => {
    for (const sizes of [{}, { compressedSize: null, uncompressedSize: null }]) {
      const good = await buildBlock({ raw, check, ...sizes })
      const bad = { ...good, bytes: Buffer.from(good.bytes) }
      bad.bytes[place(bad.bytes)]! ^= 1
      for (const blocks of [[bad], [good, bad, good]])
        await expect(decodeXzBytes(buildStream({ check, blocks }).bytes, 2)).rejects.toEqual(refused('image-corrupt'))
    }
  })
})

test('data that no check covers is refused when it cannot be decoded', async () => {
  const bad = await buildBlock({ raw, check: 0 })
  bad.bytes[20]! ^= 0xff
  await expect(decodeXzBytes(buildStream({ check: 0, blocks: [bad] }).bytes, 1)).rejects.toEqual(
    refused('image-corrupt'),
  )
})

describe('a file of several streams', () => {
  const file = (async () =>
    Buffer.concat([
      await xz(raw, { blockSize: '40KiB', check: 'crc32' }),
      Buffer.alloc(8),
      await xz(raw.subarray(7), { threads: 1 }),
    ]))()
  const image = Buffer.concat([raw, raw.subarray(7)])

  test('with a bit flipped anywhere is refused', async () => {
    const whole = await file
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.nat(7),
        fc.integer({ min: 1, max: 3 }),
        async (at, bit, threads) => {
          const flipped = Buffer.from(whole)
          flipped[at]! ^= 1 << bit
          expect(await outcome(decodeXzBytes(flipped, threads))).toMatchObject({ name: 'KindlingError' })
          expect(await outcome(measure(flipped))).toSatisfy(
            (found) =>
              (found as Error).name === 'KindlingError' || (found as { imageSize: number }).imageSize === image.length,
          )
        },
      ),
      runs(10, 100),
    )
  })

  test('that is cut off anywhere is refused', async () => {
    const whole = await file
    const first = whole.length - (await xz(raw.subarray(7), { threads: 1 })).length
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        // A file that is cut at the end of a stream or of its padding is complete.
        fc.pre(!(length >= first - 8 && length <= first && length % 4 === 0))
        const cut = whole.subarray(0, length)
        expect(await outcome(decodeXzBytes(cut, 2))).toMatchObject({
          code: expect.stringMatching(/^image-(truncated|trailing)$/),
        })
        if (length > 0) expect(await outcome(measure(cut))).toMatchObject({ name: 'KindlingError' })
      }),
      runs(8, 100),
    )
  })

  test('with bytes appended is refused', async () => {
    const whole = await file
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 5000 }), async (tail) => {
        fc.pre(tail.some((byte) => byte !== 0) || tail.length % 4 !== 0)
        const longer = Buffer.concat([whole, tail])
        expect(await outcome(decodeXzBytes(longer, 2))).toMatchObject({ name: 'KindlingError' })
        expect(await outcome(measure(longer))).toMatchObject({ name: 'KindlingError' })
      }),
      runs(5, 50),
    )
  })
})

/** Builds an index with `count` records, without an object for each. */
function hugeIndex(records: Buffer, count: number): Buffer {
  const fields = Buffer.concat([Buffer.from([0]), encodeVli(count), records])
  const padded = Buffer.concat([fields, Buffer.alloc(-fields.length & 3)])
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(padded))
  return Buffer.concat([padded, sum])
}
