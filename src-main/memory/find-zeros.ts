import { isZero } from './is-zero.ts'
import { stretchSize } from './piece.ts'

/**
 * Finds the stretches of a piece that are all zeros. Bit n of the result stands for the n-th
 * stretch.
 */
export function findZeros(bytes: Uint8Array): number {
  let zeros = 0
  for (let start = 0, bit = 0; start < bytes.length; start += stretchSize, bit++)
    if (isZero(bytes.subarray(start, start + stretchSize))) zeros |= 1 << bit
  return zeros
}

/** Returns the result of `findZeros` for bytes that are all zeros. */
export const allZeros = (length: number): number => 2 ** Math.ceil(length / stretchSize) - 1
