import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteReader } from '../../../../src-main/memory/byte-reader.ts'
import { decodeXz } from '../../../../src-main/image/decode/decode-xz.ts'
import { planDecoding, withThreads } from '../../../../src-main/image/decode/plan-memory.ts'
import { splitXz } from '../../../../src-main/image/decode/xz/split-xz.ts'
import { collectPieces } from '../../../support/images/collect-pieces.ts'
import { xz, type XzOptions } from '../../../support/images/compress.ts'
import { makeSlowXz } from '../../../support/images/slow-xz.ts'
import { fillLikeDisk, makeNoise } from '../../../support/images/random-bytes.ts'
import { buildBlock, buildStream, lzma2 } from '../../../support/images/xz-framing.ts'
import { mib } from '../../../support/files/mib.ts'
import { countThreads } from '../../../support/programs/count-threads.ts'
import { runs } from '../../../support/run/tier.ts'

const raw = Buffer.alloc(3_000_001)
fillLikeDisk(raw, 1)

async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncIterable<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size)
}

const decodeAll = (file: Uint8Array, threads: number, chunkSize?: number): Promise<Buffer> =>
  collectPieces(decodeXz(inChunks(file, chunkSize), withThreads(threads)))

const ways: [string, XzOptions][] = [
  ['many blocks', { blockSize: '1MiB' }],
  ['small blocks', { blockSize: '70KiB' }],
  ['one block', { blockSize: '64MiB' }],
  ['blocks without sizes', { threads: 1, blockSize: '1MiB' }],
  ['a list of blocks', { args: ['--block-list=10KiB,2MiB,0'] }],
  ['no check', { check: 'none', blockSize: '1MiB' }],
  ['CRC32', { check: 'crc32', blockSize: '1MiB' }],
  ['preset 0', { level: 0, blockSize: '1MiB' }],
  ['preset 6', { level: 6, blockSize: '1MiB' }],
]

/** Each thread has a message port. */
const countPorts = () => process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length

describe('decoding .xz in threads', () => {
  test.each(ways)('gives the image of a file with %s, in one thread and in several', async (_, options) => {
    const file = await xz(raw, options)
    for (const threads of [1, 3]) expect((await decodeAll(file, threads)).equals(raw), `${threads} threads`).toBe(true)
  })

  test('gives the image of concatenated files of both kinds, with padding', async () => {
    const [half, rest] = [raw.subarray(0, 1_500_000), raw.subarray(1_500_000)]
    const withSizes = await xz(half, { blockSize: '500KiB' })
    const without = await xz(rest, { threads: 1 })
    expect((await decodeAll(Buffer.concat([withSizes, Buffer.alloc(8), without]), 2)).equals(raw)).toBe(true)
    expect((await decodeAll(Buffer.concat([await xz(half, { threads: 1 }), await xz(rest)]), 2)).equals(raw)).toBe(true)
  })

  test('gives the image however its bytes come', async () => {
    const file = await xz(raw, { blockSize: '300KiB' })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300_000 }), async (chunkSize) => {
        expect((await decodeAll(file, 2, Math.max(chunkSize, 500))).equals(raw)).toBe(true)
      }),
      runs(3, 20),
    )
  })

  test.each([
    { name: 'takes another thread for small blocks, too, when its reader waits for it', isStarved: true, threads: 2 },
    { name: 'takes no other thread when its reader waits, and is hardly faster', isStarved: false, threads: 1 },
  ])('$name', async ({ isStarved, threads }) => {
    const { bytes, raw } = await makeSlowXz(1024 * 1024, 30)
    const before = countPorts()
    let most = 0
    const plan = { ...withThreads(2), threadsAtFirst: 1 }
    let size = 0
    for await (const piece of decodeXz(inChunks(bytes), plan, { isStarved: () => isStarved })) {
      most = Math.max(most, countPorts() - before)
      size += piece.bytes.length
      piece.release()
    }
    expect({ size, most }).toEqual({ size: raw.length, most: threads })
  })

  test('gives the whole image if a thread ends because its reader no longer waits', async () => {
    const slow = await makeSlowXz(mib, 30)
    const block = Buffer.alloc(50 * mib, 'quick')
    const data = await lzma2(block)
    const built = await buildBlock({ raw: block, check: 0, data })
    const quick = buildStream({ check: 0, blocks: Array.from({ length: 16 }, () => built) })
    const threads = countThreads()
    const plan = { ...withThreads(2), threadsAtFirst: 1 }
    // Once the second thread has ended, none is added.
    const isStarved = () => threads.started() < 2
    const [found, wanted] = [createHash('sha256'), createHash('sha256').update(slow.raw)]
    for (let blocks = 0; blocks < 16; blocks++) wanted.update(block)
    let [most, size] = [0, 0]
    for await (const piece of decodeXz(inChunks(Buffer.concat([slow.bytes, quick.bytes])), plan, { isStarved })) {
      most = Math.max(most, threads.running())
      size += piece.bytes.length
      found.update(piece.bytes)
      // A drive that is slower than one thread, until the other has ended.
      if (size > slow.raw.length && threads.running() === 2) await setTimeout(5)
      if (size === slow.raw.length + 16 * block.length)
        expect({ most, last: threads.running() }).toEqual({ most: 2, last: 1 })
      piece.release()
    }
    threads.stop()
    expect(found.digest('hex')).toBe(wanted.digest('hex'))
  })

  test('is of no block for an empty image', async () => {
    expect(await decodeAll(await xz(new Uint8Array()), 2)).toHaveLength(0)
  })

  test('ends its threads when its reader gives up', async () => {
    const file = await xz(raw, { blockSize: '300KiB' })
    for await (const part of decodeXz(inChunks(file), withThreads(2))) {
      void part
      break
    }
  })

  test('ends when the source fails in the middle of a block', async () => {
    const file = await xz(makeNoise(3_000_000, 3), { blockSize: '1MiB' })
    async function* breaking() {
      yield* inChunks(file.subarray(0, 1_500_000))
      throw new Error('the network is gone')
    }
    const reading = async () => {
      for await (const part of decodeXz(breaking(), withThreads(2))) void part
    }
    await expect(reading()).rejects.toThrow('the network is gone')
  })
})

describe('taking an .xz file apart', () => {
  const file = xz(makeNoise(400_000, 2), { blockSize: '64KiB' })
  async function split(bytes: Uint8Array): Promise<number> {
    let size = 0
    for await (const part of splitXz(new ByteReader(inChunks(bytes, 1000))))
      for await (const chunk of part.bytes) size += chunk.length
    return size
  }

  test('refuses a file that is cut off anywhere, and what follows its end', async () => {
    const whole = await file
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        await expect(split(whole.subarray(0, length))).rejects.toMatchObject({ code: 'image-truncated' })
      }),
      runs(30, 300),
    )
    for (const trailing of ['x', 'four', 'more than that'])
      await expect(split(Buffer.concat([whole, Buffer.from(trailing)]))).rejects.toMatchObject({
        code: 'image-trailing',
      })
  })

  test('refuses an index that does not name the blocks that came', async () => {
    const [one, other] = [await file, await xz(makeNoise(400_000, 2), { blockSize: '80KiB' })]
    const blocks = one.subarray(0, one.length - 12 - 4 * (one.readUInt32LE(one.length - 8) + 1))
    const index = other.subarray(other.length - 12 - 4 * (other.readUInt32LE(other.length - 8) + 1))
    await expect(split(Buffer.concat([blocks, index]))).rejects.toMatchObject({ name: 'KindlingError' })
  })

  test('fails in no words but Kindling’s whatever the bytes are', async () => {
    const whole = await file
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(whole.length - 1), async (noise, at) => {
        const spoiled = Buffer.from(whole)
        spoiled.set(noise.subarray(0, whole.length - at), at)
        const outcome = await split(spoiled).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'KindlingError' })
      }),
      runs(100, 1000),
    )
  })
})

test('threads follow the cores, while they fit into a quarter of the free memory', () => {
  const [MiB, GiB] = [1024 ** 2, 1024 ** 3]
  const threads = (memory: number, cores: number) => planDecoding(memory, cores).threads
  expect(threads(1 * GiB, 2)).toBe(2)
  expect(threads(1 * GiB, 16)).toBe(10)
  expect(threads(256 * MiB, 2)).toBe(2)
  expect(threads(240 * MiB, 2)).toBe(1)
  expect(threads(1 * GiB, 1)).toBe(1)
  expect(threads(0, 4)).toBe(1)
})
