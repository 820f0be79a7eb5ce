import { describe, expect, test } from 'vitest'
import { decode } from '../../../../../src-main/image/decode/decode.ts'
import { detectCompression } from '../../../../../src-main/image/decode/detect-kind.ts'
import { measureImage } from '../../../../../src-main/image/decode/measure-image.ts'
import { planDecoding } from '../../../../../src-main/image/decode/plan-memory.ts'
import { collectPieces } from '../../../../support/images/collect-pieces.ts'
import { zst } from '../../../../support/images/compress.ts'
import { inChunks, sourceOf } from '../../../../support/images/decode-bytes.ts'
import { makeNoise } from '../../../../support/images/random-bytes.ts'
import { buildSkippable, buildZstFrame } from '../../../../support/images/zst-framing.ts'
import { mib } from '../../../../support/files/mib.ts'

const raw = Buffer.concat([makeNoise(100_000, 1), Buffer.alloc(300_000)])

const decodeAll = (file: Uint8Array, memory?: number) =>
  collectPieces(decode(detectCompression(file), inChunks(file), { memory }))
const measure = (file: Uint8Array, memory?: number) =>
  measureImage(sourceOf(file, { local: false }), 'image.raw.zst', new AbortController().signal, { memory })

describe('frames that are skipped', () => {
  // pzstd writes a skippable frame with the size of the next frame before each frame.
  test.each([
    ['the first', (frame: Buffer) => Buffer.concat([buildSkippable(Buffer.from([1, 2, 3, 4])), frame])],
    [
      'several before the first',
      (frame: Buffer) => Buffer.concat([buildSkippable(raw, 15), buildSkippable(Buffer.alloc(0)), frame]),
    ],
    ['the last', (frame: Buffer) => Buffer.concat([frame, buildSkippable(raw, 7)])],
  ])('%s', async (_, build) => {
    const file = build(await zst(raw))
    expect(detectCompression(file)).toBe('zst')
    expect((await decodeAll(file)).equals(raw)).toBe(true)
    expect(await measure(file)).toEqual({ compression: 'zst', imageSize: null })
  })

  test('between others, which are one image', async () => {
    const parts = [raw.subarray(0, 1000), raw.subarray(1000)]
    const [first, second] = await Promise.all(parts.map((part) => zst(part)))
    const file = Buffer.concat([buildSkippable(Buffer.alloc(4)), first!, buildSkippable(Buffer.alloc(4)), second!])
    expect((await decodeAll(file)).equals(raw)).toBe(true)
    expect((await decodeAll(Buffer.concat([first!, second!]))).equals(raw)).toBe(true)
  })

  test('that are cut off are an image that ends too early', async () => {
    const file = buildSkippable(raw)
    await expect(decodeAll(file.subarray(0, 100))).rejects.toMatchObject({ code: 'image-truncated' })
  })

  test('that lead to something else are no image', () => {
    expect(
      detectCompression(Buffer.concat([buildSkippable(Buffer.alloc(4)), Buffer.from('something else')])),
    ).toBeNull()
    expect(detectCompression(Buffer.from([0x50, 0x2a, 0x4d]))).toBeNull()
  })
})

test('frames of a few bytes, with a checksum and without', async () => {
  const bytes = Buffer.from('Kindling')
  const parts = [await zst(bytes.subarray(0, 1)), await zst(bytes.subarray(1, 5)), await zst(bytes.subarray(5), false)]
  expect(await decodeAll(Buffer.concat(parts))).toEqual(bytes)
})

describe('a window', () => {
  const unsupported = (feature: string) => ({ code: 'image-unsupported', details: { feature } })
  /** Returns the window descriptor for a window of 2^bits bytes. */
  const windowOf = (bits: number) => (bits - 10) << 3

  test('of 128 MiB is taken', async () => {
    const file = buildZstFrame({ window: windowOf(27), blocks: 2 })
    expect((await measure(file)).compression).toBe('zst')
    expect(await decodeAll(file)).toHaveLength(256 * 1024)
  })

  test.each([
    ['a little larger', { window: windowOf(27) + 1 }, 144],
    ['of zstd --long=31', { window: windowOf(31) }, 2048],
    ['of the largest size that there is', { window: 0xff }, 3_932_160],
    ['of a single segment', { contentSize: 1n << 32n }, 4096],
  ])('%s is refused before anything is decoded', async (_, frame, size) => {
    const refused = unsupported(`a window of ${size} MiB (at most 128 MiB)`)
    const file = buildZstFrame({ ...frame, blocks: 1 })
    await expect(measure(file)).rejects.toMatchObject(refused)
    await expect(decodeAll(file)).rejects.toMatchObject(refused)
    // Only the first frame is checked before decoding.
    const second = Buffer.concat([buildZstFrame({ blocks: 1 }), file])
    await expect(decodeAll(second)).rejects.toMatchObject(refused)
    const behind = Buffer.concat([buildSkippable(Buffer.alloc(4)), file])
    await expect(measure(behind)).rejects.toMatchObject(refused)
  })

  test('must fit into the memory that was set', async () => {
    const file = buildZstFrame({ window: windowOf(26), blocks: 1 })
    const refused = unsupported('a window of 64 MiB (the memory for decompressing leaves 16 MiB for it)')
    await expect(measure(file, 100 * mib)).rejects.toMatchObject(refused)
    await expect(decodeAll(file, 100 * mib)).rejects.toMatchObject(refused)
    expect(await decodeAll(file, 196 * mib)).toHaveLength(128 * 1024)
  })

  test('of 8 MiB is taken whatever the memory is', async () => {
    expect(planDecoding(0).window).toBe(8 * mib)
    expect(await decodeAll(buildZstFrame({ window: windowOf(23), blocks: 1 }), 0)).toHaveLength(128 * 1024)
  })
})

test('a dictionary is told as what it is', async () => {
  const file = buildZstFrame({ dictionary: 7, blocks: 1 })
  await expect(decodeAll(file)).rejects.toMatchObject({
    code: 'image-unsupported',
    details: { feature: 'a dictionary that is not in the file' },
  })
  expect(await decodeAll(buildZstFrame({ dictionary: 0, blocks: 1 }))).toHaveLength(128 * 1024)
})
