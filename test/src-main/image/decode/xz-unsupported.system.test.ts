import { describe, expect, test } from 'vitest'
import { measureImage } from '../../../../src-main/image/decode/measure-image.ts'
import { xz, type XzOptions } from '../../../support/images/compress.ts'
import { decodeXzBytes, sourceOf } from '../../../support/images/decode-bytes.ts'
import { makeNoise } from '../../../support/images/random-bytes.ts'
import { buildBlock, buildStream, joinXz, lzma2Filter, type BlockParts } from '../../../support/images/xz-framing.ts'

const raw = makeNoise(3000, 1)
const { signal } = new AbortController()
const measure = (bytes: Uint8Array, local = true) => measureImage(sourceOf(bytes, { local }), 'image.raw.xz', signal)

const unsupported: [string, XzOptions][] = [
  ['a SHA-256 check', { check: 'sha256' }],
  ['x86 code', { args: ['--x86', '--lzma2=dict=1MiB'] }],
  ['arm64 code', { args: ['--arm64', '--lzma2=dict=1MiB'] }],
  ['deltas', { args: ['--delta=dist=4', '--lzma2=dict=1MiB'] }],
  ['a dictionary of 96 MiB', { threads: 1, args: ['--lzma2=preset=0,dict=96MiB'] }],
  ['a dictionary of 128 MiB', { threads: 1, args: ['--lzma2=preset=0,dict=128MiB'] }],
]

describe.each(unsupported)('.xz with %s', (_, options) => {
  const bad = xz(raw, options)

  test('is refused from its headers, from a file and from a server', async () => {
    await expect(measure(await bad)).rejects.toMatchObject({ code: 'image-unsupported' })
    await expect(measure(await bad, false)).rejects.toMatchObject({ code: 'image-unsupported' })
  })

  test('in a later stream is refused from the headers of a file, and while it streams', async () => {
    const file = Buffer.concat([await xz(raw), Buffer.alloc(4), await bad, await xz(raw)])
    await expect(measure(file)).rejects.toMatchObject({ code: 'image-unsupported' })
    await expect(decodeXzBytes(file, 2)).rejects.toMatchObject({ code: 'image-unsupported' })
  })
})

const laterBlocks: [string, Partial<BlockParts>][] = [
  ['a filter that is not LZMA2', { filters: [[0x04, []], lzma2Filter] }],
  ['deltas', { filters: [[0x03, [0]], lzma2Filter] }],
  ['LZMA2 twice', { filters: [lzma2Filter, lzma2Filter] }],
  ['a dictionary of 96 MiB', { filters: [[0x21, [29]]] }],
  ['a dictionary of 4 GiB', { filters: [[0x21, [40]]] }],
  ['a dictionary of no known size', { filters: [[0x21, [41]]] }],
  ['LZMA2 of a newer format', { filters: [[0x21, [8, 0]]] }],
  ['LZMA2 without a dictionary', { filters: [[0x21, []]] }],
  ['no sizes, unlike the others', { compressedSize: null, uncompressedSize: null }],
  ['one size only, unlike the others', { uncompressedSize: null }],
]

describe.each(laterBlocks)('.xz with a later block of %s', (_, parts) => {
  test('is refused from the headers of a file, and while it streams', async () => {
    const blocks = [await buildBlock({ raw }), await buildBlock({ raw, ...parts }), await buildBlock({ raw })]
    const { bytes } = joinXz([buildStream({ blocks })])
    await expect(measure(bytes)).rejects.toMatchObject({ code: 'image-unsupported' })
    await expect(decodeXzBytes(bytes, 2)).rejects.toMatchObject({ code: 'image-unsupported' })
  })
})

test('a file of ten thousand small blocks is looked at in few reads', async () => {
  const source = sourceOf(await xz(makeNoise(20_000 * 32, 2), { blockSize: '64', threads: 1, level: 0 }))
  expect((await measureImage(source, 'image.raw.xz', signal)).imageSize).toBe(640_000)
  expect(source.taken.reads).toBeLessThan(60)
})

test('the headers of a file on a server are not asked for one by one', async () => {
  const file = await xz(makeNoise(600_000, 3), { blockSize: '10KiB' })
  const source = sourceOf(file, { local: false })
  await measureImage(source, 'image.raw.xz', signal)
  expect(source.taken.reads).toBeLessThanOrEqual(4)
})
