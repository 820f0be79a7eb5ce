import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../../../../src-main/image/decode/decode.ts'
import { detectCompression } from '../../../../src-main/image/decode/detect-kind.ts'
import { collectPieces } from '../../../support/images/collect-pieces.ts'
import { gz, xz, zst } from '../../../support/images/compress.ts'
import { makeNoise } from '../../../support/images/random-bytes.ts'
import { runs } from '../../../support/run/tier.ts'

async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncIterable<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size)
}

const decodeAll = (file: Uint8Array, chunkSize?: number): Promise<Buffer> =>
  collectPieces(decode(detectCompression(file), inChunks(file, chunkSize)))

const raw = Buffer.concat([makeNoise(300_000, 1), Buffer.alloc(1_000_000), makeNoise(200_001, 2)])

describe.each([
  ['xz', () => xz(raw, { blockSize: '400KiB' })],
  ['gz', () => gz(raw)],
  ['zst', () => zst(raw)],
] as const)('decoding .%s', (compression, make) => {
  test('gives the image, however its bytes come', async () => {
    const file = await make()
    expect(detectCompression(file)).toBe(compression)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1000, max: 600_000 }), async (chunkSize) => {
        expect((await decodeAll(file, chunkSize)).equals(raw)).toBe(true)
      }),
      runs(3, 30),
    )
  })

  test('refuses a file that ends too early', async () => {
    const file = await make()
    for (const missing of [1, 5, 100, file.length >> 1])
      await expect(
        decodeAll(file.subarray(0, file.length - missing)),
        `${missing} bytes missing`,
      ).rejects.toMatchObject({
        code: 'image-truncated',
      })
  })

  test('refuses what follows the end', async () => {
    const file = await make()
    for (const trailing of ['x', 'garbage that is longer than a footer of any kind', '\0'])
      await expect(
        decodeAll(Buffer.concat([file, Buffer.from(trailing)])),
        JSON.stringify(trailing),
      ).rejects.toMatchObject({
        code: expect.stringMatching(/^image-(trailing|truncated|corrupt)$/),
      })
  })

  test('refuses a flipped bit anywhere', async () => {
    const file = await make()
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 10, max: file.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        async (position, bit) => {
          const flipped = Buffer.from(file)
          flipped[position]! ^= 1 << bit
          const outcome = await decodeAll(flipped).catch((error: unknown) => error)
          // A few bits have no effect, such as the time in a gzip header. Then the image must be
          // unchanged.
          if (outcome instanceof Buffer) expect(outcome.equals(raw)).toBe(true)
          else expect(outcome).toMatchObject({ name: 'KindlingError' })
        },
      ),
      runs(8, 100),
    )
  })

  test('passes on an error of the source, and ends its thread', async () => {
    const file = await make()
    async function* breaking() {
      yield file.subarray(0, 1000)
      throw new Error('the network is gone')
    }
    const reading = async () => {
      for await (const part of decode(compression, breaking())) void part
    }
    await expect(reading()).rejects.toThrow('the network is gone')
  })

  test('ends when it is aborted, although its source goes on', async () => {
    const stop = new AbortController()
    const file = await make()
    async function* endless() {
      for (;;) yield* inChunks(file)
    }
    const reading = async () => {
      for await (const { release } of decode(compression, endless(), { signal: stop.signal })) {
        stop.abort(new Error('a person stopped it'))
        release()
      }
    }
    await expect(reading()).rejects.toThrow('a person stopped it')
  })

  test('ends when it is aborted while no piece comes', async () => {
    const stop = new AbortController()
    const file = await make()
    async function* silent() {
      yield file.subarray(0, 50)
      stop.abort(new Error('a person stopped it'))
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    await expect(collectPieces(decode(compression, silent(), { signal: stop.signal }))).rejects.toThrow(
      'a person stopped it',
    )
  })

  test('ends when its reader gives up', async () => {
    let closed = false
    async function* endless() {
      try {
        for (;;) yield* inChunks(await make())
      } finally {
        closed = true
      }
    }
    for await (const part of decode(compression, endless())) {
      void part
      break
    }
    expect(closed).toBe(true)
  })
})

test('concatenated .xz streams with padding are one image', async () => {
  const file = Buffer.concat([await xz(raw.subarray(0, 1000)), Buffer.alloc(4), await xz(raw.subarray(1000))])
  expect((await decodeAll(file)).equals(raw)).toBe(true)
})

test('an image that is not compressed passes through', async () => {
  expect(await decodeAll(Buffer.from('plain'))).toEqual(Buffer.from('plain'))
})
