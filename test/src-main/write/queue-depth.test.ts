import { expect, test } from 'vitest'
import { measureQueueDepth } from '../../../src-main/write/queue-depth.ts'

const mebibyte = 2 ** 20

/**
 * Simulates writing at the rates (MiB/s) that a drive has at depths 1, 2 and 4. Returns the depths
 * that were used.
 */
function write(
  depths: ReturnType<typeof measureQueueDepth>,
  mebibytes: number,
  rates: Record<number, number>,
): number[] {
  const used: number[] = []
  for (let written = 0; written < mebibytes; written += 4) {
    if (used.at(-1) !== depths.depth) used.push(depths.depth)
    depths.wrote(4 * mebibyte, (4 / rates[depths.depth]!) * 1000)
  }
  return used
}

test('all depths are tried, beginning with 2, and the best is kept', () => {
  const depths = measureQueueDepth()
  expect(write(depths, 200, { 1: 10, 2: 20, 4: 30 })).toEqual([2, 4, 1, 4])
})

test('one that is hardly better does not take the place of another', () => {
  const depths = measureQueueDepth()
  expect(write(depths, 200, { 1: 21, 2: 20, 4: 21.5 })).toEqual([2, 4, 1, 2])
})

test('a drive that is confused by several writes gets one at a time', () => {
  const depths = measureQueueDepth()
  expect(write(depths, 200, { 1: 30, 2: 20, 4: 10 })).toEqual([2, 4, 1])
})

test('after half a GiB the others are tried again, since a drive may have changed its mind', () => {
  const depths = measureQueueDepth()
  write(depths, 100, { 1: 10, 2: 20, 4: 10 })
  expect(write(depths, 1000, { 1: 10, 2: 20, 4: 40 })).toEqual([2, 4, 1, 4])
})
