import { writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeXz } from '../../../../src-main/image/decode/decode-xz.ts'
import { openFileSource } from '../../../../src-main/image/source/file-source.ts'
import { measureImage } from '../../../../src-main/image/decode/measure-image.ts'
import { withThreads } from '../../../../src-main/image/decode/plan-memory.ts'
import { collectPieces } from '../../../support/images/collect-pieces.ts'
import { xz, type XzOptions } from '../../../support/images/compress.ts'
import { decodeXzBytes } from '../../../support/images/decode-bytes.ts'
import { fillLikeDisk, makeNoise } from '../../../support/images/random-bytes.ts'
import { runTool } from '../../../support/programs/run-tool.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'
import { runs } from '../../../support/run/tier.ts'

let directory: TemporaryDirectory
beforeAll(async () => {
  directory = await makeTemporaryDirectory()
})
afterAll(() => directory.dispose())

const disk = Buffer.alloc(400_003)
fillLikeDisk(disk, 5)
const noise = makeNoise(200_000, 6)
const zeros = Buffer.alloc(3 * 1024 * 1024 + 5)

/** Decompresses a file with the real tool, which is the reference. */
const byXz = (file: Uint8Array) => runTool('xz', ['-dc'], { input: file })

let files = 0
async function expectSame(file: Buffer, threads: number, chunkSize: number) {
  const wanted = await byXz(file)
  expect((await decodeXzBytes(file, threads, chunkSize)).equals(wanted), 'in chunks').toBe(true)
  return wanted
}

async function expectSameFromFile(file: Buffer, wanted: Uint8Array, threads: number) {
  const path = directory.file(`${++files}.xz`)
  await writeFile(path, file)
  const source = await openFileSource(path)
  const { signal } = new AbortController()
  const decoded = await collectPieces(decodeXz(source.chunks(signal), withThreads(threads)))
  expect(decoded.equals(wanted), 'from a file').toBe(true)
  expect((await measureImage(source, path, signal)).imageSize).toBe(wanted.length)
}

const table: [string, Uint8Array, XzOptions][] = [
  ['preset 0', disk, { level: 0 }],
  ['preset 6', disk, { level: 6 }],
  ['preset 9', disk, { level: 9, threads: 1 }],
  ['preset 9e', disk, { level: 9, threads: 1, args: ['-9e'] }],
  ['blocks of 4 KiB', disk.subarray(0, 100_000), { blockSize: '4KiB' }],
  ['blocks of an odd size', disk, { blockSize: '65537' }],
  ['blocks of 1000 bytes, in one', disk.subarray(0, 20_000), { blockSize: '1000', threads: 1 }],
  ['a block larger than the file', disk, { blockSize: '1GiB', threads: 1 }],
  ['a list of odd blocks', disk, { args: ['--block-list=1,4096,77777,4097,0'] }],
  ['a list of blocks without sizes', disk, { threads: 1, args: ['--block-list=5000,70000,0'] }],
  ['no check', disk, { check: 'none', blockSize: '64KiB' }],
  ['no check and no sizes', disk, { check: 'none', threads: 1 }],
  ['CRC32', disk, { check: 'crc32', blockSize: '64KiB' }],
  ['CRC32 and no sizes', disk, { check: 'crc32', threads: 1 }],
  ['the smallest dictionary', disk, { args: ['--lzma2=dict=4KiB'], blockSize: '64KiB' }],
  ['the largest dictionary', disk, { args: ['--lzma2=preset=0,dict=64MiB'], threads: 1 }],
  ['lc=0,lp=4,pb=4', disk, { args: ['--lzma2=lc=0,lp=4,pb=4,dict=1MiB'], blockSize: '100KiB' }],
  ['lc=4,lp=0,pb=0', disk, { args: ['--lzma2=lc=4,lp=0,pb=0,dict=1MiB'], blockSize: '100KiB' }],
  ['mode=fast,mf=hc3,nice=4', disk, { args: ['--lzma2=mode=fast,mf=hc3,nice=4,dict=1MiB'] }],
  ['incompressible bytes', noise, { blockSize: '30KiB' }],
  ['long zeros', zeros, { blockSize: '1MiB' }],
  ['long zeros without sizes', zeros, { threads: 1 }],
  ['one byte', Buffer.from('x'), {}],
  ['nothing', new Uint8Array(), {}],
  ['nothing, without sizes', new Uint8Array(), { threads: 1 }],
]

describe('what xz makes decodes as xz decodes it:', () => {
  test.each(table)('%s', async (_, raw, options) => {
    const file = await xz(raw, options)
    const wanted = await expectSame(file, 2, 4097)
    expect(wanted.equals(raw)).toBe(true)
    await expectSameFromFile(file, wanted, 3)
  })

  test('streams of all kinds one after another, with padding', async () => {
    const parts = [
      await xz(disk, { blockSize: '50KiB', check: 'crc32' }),
      Buffer.alloc(4),
      await xz(new Uint8Array()),
      await xz(noise, { check: 'none' }),
      Buffer.alloc(400),
      await xz(disk, { threads: 1, check: 'crc64' }),
      await xz(noise, { blockSize: '64KiB' }),
      Buffer.alloc(8),
    ]
    const file = Buffer.concat(parts)
    for (const threads of [1, 2, 3]) await expectSame(file, threads, 777)
    await expectSameFromFile(file, await byXz(file), 2)
    await expectSame(Buffer.concat(parts.slice(0, 5)), 2, 5000)
  })

  test('any options of xz, in any chunks, in one to three threads', async () => {
    const option = fc.record({
      level: fc.integer({ min: 0, max: 4 }),
      blockSize: fc.integer({ min: 4096, max: 600_000 }).map(String),
      threads: fc.constantFrom(1, 2),
      check: fc.constantFrom('none' as const, 'crc32' as const, 'crc64' as const),
      args: fc.oneof(
        fc.constant<string[]>([]),
        fc
          .array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 5 })
          .map((sizes) => [`--block-list=${[...sizes, 0].join(',')}`]),
        fc
          .tuple(
            fc.nat(4),
            fc.nat(4),
            fc.nat(4),
            fc.constantFrom('hc3', 'hc4', 'bt2', 'bt3', 'bt4'),
            fc.integer({ min: 12, max: 22 }),
          )
          .map(([lc, lp, pb, mf, bits]) => [
            `--lzma2=lc=${lc},lp=${Math.min(lp, 4 - lc)},pb=${pb},mf=${mf},nice=${20 + bits},dict=${2 ** bits}`,
          ]),
      ),
    })
    const stream = fc.record({ options: option, from: fc.nat(100_000), length: fc.nat(300_000), padding: fc.nat(3) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(stream, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 100, max: 100_000 }),
        async (streams, threads, chunkSize) => {
          const parts = streams.map(async ({ options, from, length, padding }) => [
            await xz(disk.subarray(from, from + length), options),
            Buffer.alloc(4 * padding),
          ])
          await expectSame(Buffer.concat((await Promise.all(parts)).flat()), threads, chunkSize)
        },
      ),
      runs(10, 100),
    )
  })
})
