import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  compressedAhead,
  defaultMemory,
  planDecoding,
  withThreads,
} from '../../../../src-main/image/decode/plan-memory.ts'

const MiB = 1024 * 1024
/** Maximum memory of a thread's decoder: the dictionary of 64 MiB, and the decoder itself. */
const ofThread = 85 * MiB

const memories = fc.integer({ min: 0, max: 8192 }).map((size) => size * MiB)
const cores = fc.integer({ min: 1, max: 64 })

test('decoding takes no more than its memory, one thread apart', () => {
  fc.assert(
    fc.property(memories, cores, (memory, count) => {
      const { threads, ahead, underWay } = planDecoding(memory, count)
      expect(threads).toBeGreaterThanOrEqual(1)
      expect(threads).toBeLessThanOrEqual(count)
      if (threads > 1) expect(threads * ofThread + ahead + underWay + compressedAhead).toBeLessThanOrEqual(memory)
      else expect(ahead).toBe(0)
    }),
  )
})

test('every thread after the first has room to be ahead, at most 96 MiB', () => {
  fc.assert(
    fc.property(memories, cores, (memory, count) => {
      const { threads, ahead } = planDecoding(memory, count)
      expect(ahead).toBeGreaterThanOrEqual((threads - 1) * 32 * MiB)
      expect(ahead).toBeLessThanOrEqual((threads - 1) * 96 * MiB)
    }),
  )
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
  expect(defaultMemory(800 * MiB)).toBe(200 * MiB)
  expect(defaultMemory(64 * 1024 * MiB)).toBe(1024 * MiB)
})

test('a number of threads that is given is taken', () => {
  expect(withThreads(1)).toMatchObject({ threads: 1, ahead: 0 })
  expect(withThreads(3)).toMatchObject({ threads: 3, ahead: 2 * 96 * MiB })
})
