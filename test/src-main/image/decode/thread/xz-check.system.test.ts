import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { crc64 } from 'hash-wasm'
import { expect, test } from 'vitest'
import { stretchSize } from '../../../../../src-main/memory/piece.ts'
import { startXzCheck } from '../../../../../src-main/image/decode/thread/xz-check.ts'
import { xz } from '../../../../support/images/compress.ts'
import { makeNoise } from '../../../../support/images/random-bytes.ts'
import { runs } from '../../../../support/run/tier.ts'

/** Zeros and other bytes, in parts like those of the decoder: mostly whole stretches. */
const parts = fc
  .array(
    fc.record({
      length: fc.oneof({ arbitrary: fc.constant(stretchSize), weight: 3 }, fc.integer({ min: 1, max: stretchSize })),
      seed: fc.option(fc.nat(1000)),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((wanted) => wanted.map(({ length, seed }) => (seed === null ? Buffer.alloc(length) : makeNoise(length, seed))))

const sumOf = async (kind: 1 | 4, given: Uint8Array[]) => {
  const check = await startXzCheck(kind)
  for (const part of given) check.update(part)
  return Buffer.from(check.digest())
}

test('CRC64 of parts is that of the whole', async () => {
  await fc.assert(
    fc.asyncProperty(parts, async (given) => {
      const whole = await crc64(Buffer.concat(given), 'c96c5795d7870f42')
      expect(Buffer.from((await sumOf(4, given)).toReversed()).toString('hex')).toBe(whole)
    }),
    runs(20, 200),
  )
})

test('CRC32 is what zlib computes', async () => {
  await fc.assert(
    fc.asyncProperty(parts, async (given) => {
      const sum = Buffer.alloc(4)
      sum.writeUInt32LE(crc32(Buffer.concat(given)))
      expect(await sumOf(1, given)).toEqual(sum)
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
  expect(await sumOf(4, stretches)).toEqual(checkOf(file, 8))
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
