import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allZeros, findZeros } from '../../../src-main/memory/find-zeros.ts'
import { pieceSize, stretchSize } from '../../../src-main/memory/piece.ts'
import { runs } from '../../support/run/tier.ts'

/** Reference implementation, byte by byte. */
function findNaively(bytes: Uint8Array): number {
  let zeros = 0
  for (let bit = 0; bit * stretchSize < bytes.length; bit++)
    if (bytes.subarray(bit * stretchSize, (bit + 1) * stretchSize).every((byte) => byte === 0)) zeros += 2 ** bit
  return zeros
}

const memory = new Uint8Array(pieceSize)

test('the zeros of a piece are those that one finds byte for byte', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: pieceSize }),
      fc.array(fc.tuple(fc.nat(pieceSize - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 20 }),
      (length, marks) => {
        memory.fill(0)
        for (const [at, value] of marks) memory[at] = value
        expect(findZeros(memory.subarray(0, length))).toBe(findNaively(memory.subarray(0, length)))
      },
    ),
    runs(20, 400),
  )
})

test('one byte at the edge of a stretch is seen, and only there', () => {
  memory.fill(0)
  for (let bit = 0; bit < pieceSize / stretchSize; bit++)
    for (const at of [bit * stretchSize, (bit + 1) * stretchSize - 1]) {
      memory[at] = 1
      expect(findZeros(memory)).toBe(allZeros(pieceSize) - 2 ** bit)
      memory[at] = 0
    }
})

test('all zeros of any length are all zeros', () => {
  memory.fill(0)
  for (const length of [0, 1, stretchSize - 1, stretchSize, stretchSize + 1, 15 * stretchSize + 1, pieceSize])
    expect(findZeros(memory.subarray(0, length))).toBe(allZeros(length))
})
