import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KindlingError } from '../../../../../src-shared/failure.ts'
import { parseBlockHeader, parseStreamHeader } from '../../../../../src-main/image/decode/xz/xz-format.ts'
import { readXzLayout, type ReadRange } from '../../../../../src-main/image/decode/xz/xz-layout.ts'
import { xz } from '../../../../support/images/compress.ts'
import { makeNoise } from '../../../../support/images/random-bytes.ts'
import { runs } from '../../../../support/run/tier.ts'

const readerOf =
  (bytes: Uint8Array): ReadRange =>
  async (offset, length) => {
    if (offset < 0 || length < 0 || offset + length > bytes.length)
      throw new RangeError(`Cannot read ${length} at ${offset}`)
    return bytes.subarray(offset, offset + length)
  }
const layoutOf = (bytes: Uint8Array) => readXzLayout(bytes.length, readerOf(bytes))
const blocksOf = async (bytes: Uint8Array) => (await layoutOf(bytes)).streams.flatMap(({ blocks }) => blocks)

describe('the layout of an .xz file', () => {
  test('has every block and the size of a file of many blocks', async () => {
    const raw = makeNoise(5_000_000, 1)
    const file = await xz(raw, { blockSize: '1MiB' })
    expect((await layoutOf(file)).uncompressedSize).toBe(raw.length)
    expect((await blocksOf(file)).map(({ uncompressedSize }) => uncompressedSize)).toEqual([
      ...Array(4).fill(1048576),
      805696,
    ])
  })

  test('points at block headers that say the same', async () => {
    const file = await xz(makeNoise(3_000_000, 2), { blockSize: '1MiB' })
    for (const { offset, uncompressedSize, unpaddedSize } of await blocksOf(file)) {
      const header = parseBlockHeader(file.subarray(offset))
      expect(header?.uncompressedSize).toBe(uncompressedSize)
      // The block check, CRC64, has eight bytes.
      expect(header!.headerSize + header!.compressedSize! + 8).toBe(unpaddedSize)
    }
  })

  test('holds for one block without sizes in its header', async () => {
    const file = await xz(makeNoise(100_000, 3), { threads: 1, blockSize: '0' })
    expect((await layoutOf(file)).uncompressedSize).toBe(100_000)
  })

  test('adds up concatenated streams and passes over padding', async () => {
    const [one, two] = [await xz(makeNoise(1000, 4)), await xz(makeNoise(2_500_000, 5), { blockSize: '1MiB' })]
    const layout = await layoutOf(Buffer.concat([one, Buffer.alloc(8), two, Buffer.alloc(4)]))
    expect(layout.uncompressedSize).toBe(2_501_000)
    expect(layout.streams[1]!.blocks[0]!.offset).toBe(one.length + 8 + 12)
  })

  test('of an empty image has no block', async () => {
    expect(await layoutOf(await xz(new Uint8Array()))).toEqual({
      streams: [{ check: 4, blocks: [] }],
      uncompressedSize: 0,
    })
  })

  test('names SHA-256 checks, which the decoder does not know', async () => {
    const file = await xz(makeNoise(1000, 6), { check: 'sha256' })
    await expect(layoutOf(file)).rejects.toMatchObject({ code: 'image-unsupported' })
    expect(() => parseStreamHeader(file)).toThrow(KindlingError)
  })

  test('names filters and dictionaries that the decoder does not know', async () => {
    for (const args of [['--x86', '--lzma2'], ['--delta', '--lzma2'], ['--lzma2=dict=96MiB']]) {
      const file = await xz(makeNoise(1000, 7), { args })
      expect(() => parseBlockHeader(file.subarray(12)), args.join(' ')).toThrow(/image-unsupported/)
    }
    expect(
      parseBlockHeader((await xz(makeNoise(1000, 7), { args: ['--lzma2=dict=64MiB'] })).subarray(12)),
    ).not.toBeNull()
  })

  test('is refused when the file is cut off anywhere', async () => {
    const file = await xz(makeNoise(300_000, 8), { blockSize: '64KiB' })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: file.length - 1 }), async (length) => {
        await expect(layoutOf(file.subarray(0, length))).rejects.toBeInstanceOf(KindlingError)
      }),
      runs(100, 1000),
    )
  })

  test('is right or refused whatever bit of header, index or footer flips', async () => {
    const raw = makeNoise(300_000, 9)
    const file = await xz(raw, { blockSize: '64KiB' })
    const intact = JSON.stringify(await layoutOf(file))
    const framing = [...range(0, 12), ...range(file.length - 60, file.length)]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...framing), fc.integer({ min: 0, max: 7 }), async (position, bit) => {
        const flipped = Buffer.from(file)
        flipped[position]! ^= 1 << bit
        const outcome = await layoutOf(flipped).then(JSON.stringify, (error: unknown) => error)
        if (outcome !== intact) expect(outcome).toBeInstanceOf(KindlingError)
      }),
      runs(200, 2000),
    )
  })

  test('never reads outside the file, nor fails in any words but Kindling’s', async () => {
    const file = await xz(makeNoise(50_000, 10))
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.nat(400), async (noise, at) => {
        const bytes = Buffer.concat([file.subarray(0, at), noise, file.subarray(file.length - 24)])
        const outcome = await layoutOf(bytes).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(KindlingError)
      }),
      runs(200, 2000),
    )
  })

  test('is that of xz --list for files made with many options', async () => {
    for (const [index, options] of [
      { level: 0 },
      { level: 6, check: 'none' as const },
      { check: 'crc32' as const, blockSize: '100KiB' },
      { args: ['--block-list=10KiB,200KiB,0'] },
    ].entries()) {
      const raw = makeNoise(700_000 + index, 20 + index)
      const layout = await layoutOf(await xz(raw, options))
      expect(layout.uncompressedSize, createHash('sha256').update(raw).digest('hex')).toBe(raw.length)
    }
  })
})

const range = (start: number, end: number) => Array.from({ length: end - start }, (_, index) => start + index)

test('what was appended to an .xz file is told from one that was cut off', async () => {
  const file = await xz(makeNoise(300_000, 30), { blockSize: '64KiB' })
  for (const trailing of ['x', 'garbage', 'a text that is longer than a footer and more than four bytes'])
    await expect(layoutOf(Buffer.concat([file, Buffer.from(trailing)]))).rejects.toMatchObject({
      code: 'image-trailing',
    })
  for (const missing of [1, 12, 13, 60, file.length / 2, file.length - 12])
    await expect(layoutOf(file.subarray(0, file.length - missing))).rejects.toMatchObject({ code: 'image-truncated' })
})
