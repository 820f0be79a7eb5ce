import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KindlingError } from '../../../../src-shared/failure.ts'
import { ByteReader } from '../../../../src-main/memory/byte-reader.ts'
import { measureImage } from '../../../../src-main/image/decode/measure-image.ts'
import { splitXz } from '../../../../src-main/image/decode/xz/split-xz.ts'
import { countThreads } from '../../../support/programs/count-threads.ts'
import { decodeXzBytes, inChunks, sourceOf } from '../../../support/images/decode-bytes.ts'
import { fillLikeDisk } from '../../../support/images/random-bytes.ts'
import { runs } from '../../../support/run/tier.ts'
import { buildBlock, buildStream, fixSums, joinXz, type XzBytes } from '../../../support/images/xz-framing.ts'
import { patience } from '../../../support/run/patience.ts'

const raw = Buffer.alloc(60_000)
fillLikeDisk(raw, 8)
const part = (from: number, to: number) => raw.subarray(from * 1000, to * 1000)

let file: XzBytes
beforeAll(async () => {
  const unsized = { compressedSize: null, uncompressedSize: null }
  const sized = async (from: number, to: number, check: 1 | 4) => buildBlock({ raw: part(from, to), check })
  file = joinXz([
    buildStream({ blocks: [await sized(0, 10, 4), await sized(10, 11, 4), await sized(11, 30, 4)] }),
    Buffer.alloc(8),
    buildStream({ check: 1, blocks: [await sized(30, 40, 1), await sized(40, 45, 1)] }),
    buildStream({ blocks: [] }),
    buildStream({ blocks: [await buildBlock({ raw: part(45, 60), ...unsized })] }),
    Buffer.alloc(4),
  ])
})

const threads = countThreads()
afterAll(() => threads.stop())

interface Change {
  kind: 'flip' | 'set' | 'insert' | 'remove' | 'copy'
  /** Position in the file, or index into the bytes of its framing; taken modulo the length. */
  at: number
  framing: boolean
  bytes: Uint8Array
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('flip' as const, 'set' as const, 'insert' as const, 'remove' as const, 'copy' as const),
  at: fc.nat(1_000_000),
  framing: fc.boolean(),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 16 }),
})
const changes = fc.array(change, { minLength: 1, maxLength: 3 })

/**
 * Changes the file. Half of the changes affect headers, indexes and footers, which are only a few
 * bytes of the file.
 */
function mutate(list: Change[], fixed: boolean): Buffer {
  const framing = file.sums.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index))
  let bytes = Buffer.from(file.bytes)
  let moved = false
  for (const { kind, at, framing: strikes, bytes: noise } of list) {
    const place = strikes ? framing[at % framing.length]! % bytes.length : at % bytes.length
    const before = bytes.subarray(0, place)
    if (kind === 'flip') bytes[place]! ^= 1 << (noise[0]! & 7)
    else if (kind === 'set') bytes.set(noise.subarray(0, bytes.length - place), place)
    else if (kind === 'copy')
      bytes.copyWithin(place, noise[0]! % bytes.length, (noise[0]! % bytes.length) + noise.length)
    else {
      // The positions of the checksums are valid only until bytes move.
      if (fixed && !moved) fixSums(bytes, file.sums)
      moved = true
      bytes = Buffer.concat([
        before,
        ...(kind === 'insert' ? [noise, bytes.subarray(place)] : [bytes.subarray(place + noise.length)]),
      ])
    }
  }
  if (fixed && !moved) fixSums(bytes, file.sums)
  return bytes
}

/**
 * Fails after a long time without a result. This finds a file that makes Kindling wait
 * indefinitely.
 */
async function inTime<T>(value: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), patience)
  })
  return Promise.race([value, late]).finally(() => clearTimeout(timer))
}

/** Returns the result, or null for one of Kindling's own errors. Any other error fails the test. */
const outcome = async <T>(value: Promise<T>): Promise<T | null> =>
  inTime(value).catch((error: unknown) => {
    expect(error).toBeInstanceOf(KindlingError)
    expect(error).not.toMatchObject({ code: 'internal' })
    return null
  })

test('the file that is changed below is a good one', async () => {
  expect((await decodeXzBytes(file.bytes, 3)).equals(raw)).toBe(true)
  expect((await measureImage(sourceOf(file.bytes), 'a.xz', new AbortController().signal)).imageSize).toBe(raw.length)
})

test('whatever is changed in a file, its image is right or it is refused, and no thread stays', async () => {
  await fc.assert(
    fc.asyncProperty(changes, fc.boolean(), fc.integer({ min: 1, max: 3 }), async (list, fixed, count) => {
      const image = await outcome(decodeXzBytes(mutate(list, fixed), count, 3000))
      if (image !== null) expect(image.equals(raw)).toBe(true)
      expect(threads.running()).toBe(0)
    }),
    runs(20, 200),
  )
  expect(threads.started()).toBeGreaterThanOrEqual(20)
})

test('whatever is changed in a file, it is taken apart or refused', async () => {
  const split = async (bytes: Uint8Array) => {
    let parts = 0
    for await (const { bytes: chunks } of splitXz(new ByteReader(inChunks(bytes, 900)))) {
      parts++
      for await (const chunk of chunks) void chunk
    }
    return parts
  }
  await fc.assert(
    fc.asyncProperty(changes, fc.boolean(), async (list, fixed) => {
      await outcome(split(mutate(list, fixed)))
    }),
    runs(400, 10000),
  )
})

test('whatever is changed in a file, it is measured within its bounds or refused', async () => {
  await fc.assert(
    fc.asyncProperty(changes, fc.boolean(), async (list, fixed) => {
      const bytes = mutate(list, fixed)
      fc.pre(bytes[0] === 0xfd && bytes.length > 0)
      const source = sourceOf(bytes)
      await outcome(measureImage(source, 'image', new AbortController().signal))
      expect(source.taken.bytes).toBeLessThan(20 * bytes.length + 100_000)
    }),
    runs(400, 10000),
  )
})
