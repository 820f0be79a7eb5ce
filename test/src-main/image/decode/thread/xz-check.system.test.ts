import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { crc64 } from 'hash-wasm'
import { expect, test } from 'vitest'
import { findZeros } from '../../../../../src-main/memory/find-zeros.ts'
import { pieceSize, stretchSize } from '../../../../../src-main/memory/piece.ts'
import { allocateRing, ringStart, windowStart } from '../../../../../src-main/image/decode/thread/ring-memory.ts'
import { createXzChecks, type XzCheck } from '../../../../../src-main/image/decode/thread/xz-check.ts'
import { xz } from '../../../../support/images/compress.ts'
import { makeNoise } from '../../../../support/images/random-bytes.ts'
import { ecma182 } from '../../../../support/images/xz-framing.ts'
import { runs } from '../../../../support/run/tier.ts'

const memory = allocateRing(2)
const bytes = new Uint8Array(memory.buffer)
const startCheck = createXzChecks(memory)

/** Frames of zeros and other bytes: whole stretches, or one that ends anywhere. */
const frames = fc.array(
  fc
    .record({
      stretches: fc.array(fc.option(fc.nat(1000)), { maxLength: pieceSize / stretchSize - 1 }),
      rest: fc.record({ length: fc.integer({ min: 1, max: stretchSize }), seed: fc.option(fc.nat(1000)) }),
    })
    .map(({ stretches, rest }) =>
      Buffer.concat(
        [...stretches.map((seed) => ({ length: stretchSize, seed })), rest].map(({ length, seed }) =>
          seed === null ? Buffer.alloc(length) : makeNoise(length, seed),
        ),
      ),
    ),
  { maxLength: 4 },
)

/** Returns a sum as hash-wasm writes it: big-endian. */
const hexOf = (check: XzCheck) => Buffer.from(check.digest()).reverse().toString('hex')

function sumOf(kind: 1 | 4, given: Uint8Array[]): Buffer {
  const check = startCheck(kind)
  for (const frame of given) {
    bytes.set(frame, ringStart)
    check.update(ringStart, frame.length, findZeros(frame))
  }
  return Buffer.from(check.digest())
}

test('CRC64 of frames is that of the whole, with zeros or without', async () => {
  await fc.assert(
    fc.asyncProperty(frames, async (given) => {
      const whole = await crc64(Buffer.concat(given), ecma182)
      expect(sumOf(4, given).reverse().toString('hex')).toBe(whole)
    }),
    runs(20, 200),
  )
})

test('a sum of one memory does not change that of another', async () => {
  const other = allocateRing(2)
  const [first, second] = [startCheck(4), createXzChecks(other)(4)]
  bytes.set(makeNoise(100, 1), ringStart)
  new Uint8Array(other.buffer).set(makeNoise(100, 2), ringStart)
  first.update(ringStart, 100, 0)
  second.update(ringStart, 100, 0)
  expect(hexOf(first)).toBe(await crc64(makeNoise(100, 1), ecma182))
  expect(hexOf(second)).toBe(await crc64(makeNoise(100, 2), ecma182))
})

test('the tables of CRC64 stay within their page', () => {
  const other = allocateRing(2)
  const around = new Uint8Array(other.buffer).fill(0xa5)
  createXzChecks(other)(4).update(ringStart, 2 * stretchSize, 2)
  expect(around.subarray(0, 65_536).every((byte) => byte === 0xa5)).toBe(true)
  expect(around.subarray(windowStart).every((byte) => byte === 0xa5)).toBe(true)
})

test('CRC32 is what zlib computes', () => {
  fc.assert(
    fc.property(frames, (given) => {
      const sum = Buffer.alloc(4)
      sum.writeUInt32LE(crc32(Buffer.concat(given)))
      expect(sumOf(1, given)).toEqual(sum)
    }),
    runs(6, 60),
  )
})

test('CRC64 is what xz has behind the block', async () => {
  const stretches = Array.from({ length: 12 }, () => Buffer.alloc(stretchSize))
  stretches[4]![0] = 1
  stretches[5]![stretchSize / 2] = 1
  stretches[8]![stretchSize - 1] = 1
  const file = await xz(Buffer.concat(stretches), { check: 'crc64' })
  expect(sumOf(4, [Buffer.concat(stretches)])).toEqual(checkOf(file, 8))
})

/**
 * Returns the check of a file's only block. It is located before the index, whose size is in the
 * footer (format 2.1.2.2, 3.4).
 */
function checkOf(file: Buffer, size: number): Buffer {
  const indexSize = (file.readUInt32LE(file.length - 8) + 1) * 4
  const end = file.length - 12 - indexSize
  return Buffer.from(file.subarray(end - size, end))
}
