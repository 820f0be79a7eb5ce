import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pieceSize } from '../../../../../src-main/memory/piece.ts'
import {
  allocateRing,
  largestChunk,
  ringStart,
  windowStart,
} from '../../../../../src-main/image/decode/thread/ring-memory.ts'
import { Ring } from '../../../../../src-main/image/decode/thread/ring.ts'
import { loadLzma2, runLzma2 } from '../../../../../src-main/image/decode/thread/run-lzma2.ts'
import { runXz } from '../../../../../src-main/image/decode/thread/run-xz.ts'
import { fillLikeDisk, makeNoise } from '../../../../support/images/random-bytes.ts'
import { runTool } from '../../../../support/programs/run-tool.ts'
import { runs } from '../../../../support/run/tier.ts'
import { buildBlock, buildStream } from '../../../../support/images/xz-framing.ts'
import { inChunks } from '../../../../support/images/decode-bytes.ts'

const frames = 7
/** Properties of a dictionary of 4 MiB: `frames` without three (format 5.3.1). */
const dictionaryBits = 20
const dictionary = 4 * 1024 * 1024
const memory = allocateRing(frames)
const bytes = new Uint8Array(memory.buffer)
const decoders = { 'with SIMD': loadLzma2(memory), 'without SIMD': loadLzma2(memory, false) }

/** Bytes of the overrun that may be overwritten. */
const slack = 16
const overrunEnd = ringStart + frames * pieceSize + largestChunk + slack
/**
 * Guards: the page of CRC64, the end of the window, which has no bytes in this test, and behind the
 * overrun.
 */
const canaries = [
  bytes.subarray(65_536, windowStart),
  bytes.subarray(ringStart - 65_536, ringStart),
  bytes.subarray(overrunEnd),
]
for (const canary of canaries) canary.fill(0xa5)
const canariesLive = () => canaries.every((canary) => canary.length > 0 && canary.every((byte) => byte === 0xa5))

/**
 * Decodes chunks of LZMA2, beginning anywhere in the ring.
 * @param held – number of frames behind the position that stay held for a while
 */
async function decode(
  data: Uint8Array,
  decoder: keyof typeof decoders,
  { chunkSize = 65_536, first = 0, held = 0 } = {},
): Promise<Buffer> {
  const ring = new Ring(frames)
  ring.advance(first * pieceSize)
  const holding = Array.from({ length: held }, (_, index) => (first + 1 + index) % frames)
  const marks = holding.map((frame) => {
    const mark = bytes.subarray(ringStart + frame * pieceSize, ringStart + (frame + 1) * pieceSize)
    mark.fill(frame + 1)
    ring.hold(frame)
    return mark
  })
  const parts: Buffer[] = []
  const release = async () => {
    const frame = holding.shift()
    if (frame === undefined) throw new Error('there is no room, although nothing is held')
    expect(marks.shift()!.every((byte) => byte === frame + 1)).toBe(true)
    ring.release(frame)
  }
  const state = { decoder: decoders[decoder], bytes, ring, dictionary }
  for await (const length of runLzma2(inChunks(data, chunkSize), state, release)) {
    const wraps = Math.max(0, ring.position + length - ring.size)
    const start = ringStart + ring.position
    parts.push(Buffer.from(bytes.subarray(start, start + length - wraps)))
    parts.push(Buffer.from(bytes.subarray(ringStart, ringStart + wraps)))
    ring.advance(length)
  }
  return Buffer.concat(parts)
}

/** Content that reaches every way of the decoder: disks, noise, zeros, short periods. */
const content = fc
  .array(
    fc.record({
      kind: fc.constantFrom('disk', 'noise', 'zeros', 'period', 'far'),
      length: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 1_500_000 })),
      seed: fc.nat(1000),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => {
    const far = makeNoise(40_000, 77)
    return Buffer.concat(
      parts.map(({ kind, length, seed }) => {
        if (kind === 'noise') return makeNoise(Math.min(length, 200_000), seed)
        if (kind === 'far') return far.subarray(0, Math.min(length, far.length))
        const part = Buffer.alloc(length)
        if (kind === 'disk') fillLikeDisk(part, seed)
        if (kind === 'period') part.fill(makeNoise(1 + (seed % 40), seed))
        return part
      }),
    )
  })

/** Options of xz's LZMA2 encoder. */
const encoder = fc
  .record({
    preset: fc.constantFrom('0', '1', '3', '6', '0e'),
    dict: fc.constantFrom('4KiB', '64KiB', '1MiB', '3MiB', '4MiB'),
    lc: fc.nat(4),
    lp: fc.nat(4),
    pb: fc.nat(4),
    mf: fc.constantFrom('hc3', 'hc4', 'bt2', 'bt3', 'bt4'),
  })
  .filter(({ lc, lp }) => lc + lp <= 4)
  .map((options) =>
    Object.entries(options)
      .map(([name, value]) => `${name}=${value}`)
      .join(','),
  )

const compress = (raw: Uint8Array, options: string) =>
  runTool('xz', ['-c', '--format=raw', `--lzma2=${options}`], { input: raw })

describe.each(Object.keys(decoders) as (keyof typeof decoders)[])('the decoder of LZMA2 %s', (decoder) => {
  test('decodes what xz encoded, of every kind, whatever arrives at once, and wherever it lies in the ring', async () => {
    await fc.assert(
      fc.asyncProperty(
        content,
        encoder,
        fc.record({
          chunkSize: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1000, max: 262_144 })),
          first: fc.nat(frames - 1),
          held: fc.nat(frames - 1),
        }),
        async (raw, options, way) => {
          const data = await compress(raw, options)
          const chunkSize = data.length > 50_000 ? Math.max(way.chunkSize, 1000) : way.chunkSize
          expect((await decode(data, decoder, { ...way, chunkSize })).equals(raw)).toBe(true)
        },
      ),
      runs(20, 1000),
    )
    expect(canariesLive()).toBe(true)
  })

  test('decodes damaged data as xz-decompress does, and writes nowhere else', async () => {
    const raw = Buffer.alloc(60_000)
    fillLikeDisk(raw.subarray(0, 50_000), 5)
    const kinds = await Promise.all(
      ['preset=0', 'preset=1,lc=0,lp=2,pb=0', 'preset=6,lc=4,pb=4', 'preset=0,dict=4KiB'].map((options) =>
        compress(Buffer.concat([raw, makeNoise(3000, 9), raw.subarray(100, 9000)]), options),
      ),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...kinds),
        fc.array(fc.record({ at: fc.nat(200_000), byte: fc.integer({ min: 1, max: 255 }) }), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.option(fc.nat(200_000)),
        async (good, changes, cut) => {
          const data = Buffer.from(good.subarray(0, cut === null ? good.length : 1 + (cut % good.length)))
          for (const { at, byte } of changes) data[at % data.length]! ^= byte
          const ours = await decode(data, decoder, { first: frames - 1 }).catch(() => null)
          const theirs = await decodeWithLibrary(data)
          if (ours !== null) expect(theirs?.equals(ours)).toBe(true)
          // The library accepts any first byte of a chunk. The LZMA specification demands a zero.
          else if (theirs !== null) expect(startsAllWithZero(data)).toBe(false)
        },
      ),
      runs(150, 3000),
    )
    expect(canariesLive()).toBe(true)
  })
})

/** Decodes LZMA2 with xz-decompress; null if it refuses the data. */
async function decodeWithLibrary(data: Buffer): Promise<Buffer | null> {
  const sizes = { compressedSize: null, uncompressedSize: null }
  const parts: Buffer[] = []
  try {
    const block = await buildBlock({
      raw: Buffer.alloc(0),
      check: 0,
      data,
      filters: [[0x21, [dictionaryBits]]],
      ...sizes,
    })
    const record = { ...block.record, uncompressedSize: sizeOf(data) }
    const stream = buildStream({ check: 0, blocks: [{ ...block, record }] })
    for await (const part of runXz(inChunks(stream.bytes))) parts.push(Buffer.from(part))
    return Buffer.concat(parts)
  } catch {
    return null
  }
}

/** Walks through the chunks. */
function* chunksOf(data: Buffer): Generator<{ isPacked: boolean; size: number; start: number }> {
  for (let at = 0; at + 6 < data.length && data[at] !== 0;) {
    const control = data[at]!
    const isPacked = control >= 0x80
    const size = (isPacked ? (control & 0x1f) << 16 : 0) + data.readUInt16BE(at + 1) + 1
    const start = at + (isPacked ? (control >= 0xc0 ? 6 : 5) : 3)
    yield { isPacked, size, start }
    at = start + (isPacked ? data.readUInt16BE(at + 3) + 1 : size)
  }
}
const sizeOf = (data: Buffer) => [...chunksOf(data)].reduce((sum, { size }) => sum + size, 0)
const startsAllWithZero = (data: Buffer) =>
  [...chunksOf(data)].every(({ isPacked, start }) => !isPacked || data[start] === 0)
