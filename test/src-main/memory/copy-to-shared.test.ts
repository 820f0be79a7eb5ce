import { expect, test } from 'vitest'
import { allocateAligned } from '../../../src-main/memory/aligned-memory.ts'
import { copyToShared } from '../../../src-main/memory/copy-to-shared.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'

test('bytes lie where they were put, and nothing else changed', () => {
  const memory = allocateAligned(300_000)
  const bytes = makeNoise(100_001, 1)
  copyToShared(bytes, memory.subarray(1000), 234)
  expect(memory.subarray(0, 1234).every((byte) => byte === 0)).toBe(true)
  expect(Buffer.compare(memory.subarray(1234, 101_235), bytes)).toBe(0)
  expect(memory.subarray(101_235).every((byte) => byte === 0)).toBe(true)
})

test('no bytes are no fault', () => {
  const memory = allocateAligned(10).fill(7)
  copyToShared(new Uint8Array(0), memory, 5)
  copyToShared(new Uint8Array(0), memory, 10)
  expect(memory.every((byte) => byte === 7)).toBe(true)
})

test('more than there is room for is refused', () => {
  expect(() => copyToShared(new Uint8Array(6), allocateAligned(65_536).subarray(65_531))).toThrow(RangeError)
})
