import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  compressedAhead,
  defaultMemory,
  framesOfBlock,
  maxPieces,
  planDecoding,
  withThreads,
} from '../../../../src-main/image/decode/plan-memory.ts'
import { mib } from '../../../support/files/mib.ts'

/** Memory of a thread beside its ring. */
const ofThread = 20 * mib

const memories = fc.integer({ min: 0, max: 8192 }).map((size) => size * mib)
const cores = fc.integer({ min: 1, max: 64 })

test('decoding takes no more than its memory, one thread apart', () => {
  fc.assert(
    fc.property(memories, cores, (memory, count) => {
      const { threads, frames } = planDecoding(memory, count)
      expect(threads).toBeGreaterThanOrEqual(1)
      expect(threads).toBeLessThanOrEqual(count)
      if (threads > 1) expect(threads * (ofThread + frames * mib) + compressedAhead).toBeLessThanOrEqual(memory)
    }),
  )
})

test('a block has its dictionary, the largest chunk and all pieces that the consumer keeps, within its thread’s ring', () => {
  const dictionaries = fc.integer({ min: 4096, max: 64 * mib })
  fc.assert(
    fc.property(dictionaries, fc.integer({ min: 1, max: 8 }), (dictionary, threads) => {
      const plan = withThreads(threads)
      const frames = framesOfBlock(dictionary, threads, plan)
      expect(frames).toBeLessThanOrEqual(plan.frames)
      expect(frames * mib).toBeGreaterThanOrEqual(dictionary + 3 * mib)
      expect(frames).toBeGreaterThan(maxPieces + 3)
    }),
  )
})

test('a small dictionary makes a small ring', () => {
  expect(framesOfBlock(64 * 1024, 2, withThreads(2))).toBe(37)
  expect(framesOfBlock(64 * 1024, 1, withThreads(1))).toBe(20)
})

test('a thread that decodes alone takes no memory to decode ahead', () => {
  expect(framesOfBlock(64 * mib, 1, withThreads(2))).toBe(67)
  expect(framesOfBlock(64 * mib, 2, withThreads(2))).toBe(100)
})

test('threads decode less far ahead where there is less memory, and all threads come first', () => {
  expect(planDecoding(1024 * mib, 4)).toMatchObject({ threads: 4, frames: 100 })
  expect(planDecoding(418 * mib, 3)).toMatchObject({ threads: 3, frames: 98 })
  expect(planDecoding(252 * mib, 2)).toMatchObject({ threads: 2, frames: 74 })
  expect(planDecoding(251 * mib, 2)).toMatchObject({ threads: 1, frames: 67 })
  expect(planDecoding(1024 * mib, 8)).toMatchObject({ threads: 8, frames: 100 })
})

test('two threads on two cores decode less far ahead', () => {
  expect(planDecoding(1024 * mib, 2)).toMatchObject({ threads: 2, frames: 76 })
  expect(planDecoding(1024 * mib, 3)).toMatchObject({ threads: 3, frames: 100 })
})

test('more memory or more cores never make fewer threads', () => {
  fc.assert(
    fc.property(memories, memories, cores, cores, (memory, more, count, others) => {
      const { threads } = planDecoding(memory, count)
      expect(planDecoding(memory + more, count).threads).toBeGreaterThanOrEqual(threads)
      expect(planDecoding(memory, count + others).threads).toBeGreaterThanOrEqual(threads)
    }),
  )
})

test('the memory is a quarter of what is free when nobody says, 1 GiB at most', () => {
  expect(defaultMemory(800 * mib)).toBe(200 * mib)
  expect(defaultMemory(64 * 1024 * mib)).toBe(1024 * mib)
})

test('a number of threads that is given is taken', () => {
  expect(withThreads(1)).toMatchObject({ threads: 1, frames: 67 })
  expect(withThreads(3)).toMatchObject({ threads: 3, frames: 100 })
})
