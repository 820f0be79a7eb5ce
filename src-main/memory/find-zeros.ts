import { isZero } from './is-zero.ts'
import { stretchSize } from './piece.ts'

/** Which stretches of a piece are all zeros, as a bit each. */
export function findZeros(bytes: Uint8Array): number {
  let zeros = 0
  for (let start = 0, bit = 0; start < bytes.length; start += stretchSize, bit++)
    if (isZero(bytes.subarray(start, start + stretchSize))) zeros |= 1 << bit
  return zeros
}

/** What `findZeros` answers when there is nothing else. */
export const allZeros = (length: number): number => 2 ** Math.ceil(length / stretchSize) - 1
