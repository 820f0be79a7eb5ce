import { expect, test } from 'vitest'
import { piecesInUse, withThreads } from '../../../../src-main/image/decode/plan-memory.ts'
import { createThreadLimit, type ThreadLimit } from '../../../../src-main/image/decode/thread-limit.ts'

const plan = { ...withThreads(3), threadsAtFirst: 1 }

function countPieces(limit: ThreadLimit, count: number, isAwaited: (index: number) => boolean): number {
  for (let index = 0; index < count; index++) limit.countPiece(isAwaited(index))
  return limit.threads
}

function afterPieces(count: number, isAwaited: (index: number) => boolean, isStarved?: () => boolean): number {
  return countPieces(createThreadLimit(plan, isStarved), count, isAwaited)
}

test('one thread decodes for a drive that is slower, however long the image is', () => {
  expect(afterPieces(10_000, () => false)).toBe(1)
})

test('filling the queue of a drive is no reason for another thread', () => {
  expect(afterPieces(10_000, (index) => index < piecesInUse - 1)).toBe(1)
})

test('a thread is added each time the drive has waited for all that it could queue, until all decode', () => {
  expect(afterPieces(piecesInUse, () => true)).toBe(2)
  expect(afterPieces(2 * piecesInUse - 1, () => true)).toBe(2)
  expect(afterPieces(2 * piecesInUse, () => true)).toBe(3)
  expect(afterPieces(10_000, () => true)).toBe(3)
})

test('pieces that come together do not hide that the drive waits for most', () => {
  expect(afterPieces(10_000, (index) => index % 3 > 0)).toBe(3)
  expect(afterPieces(10_000, (index) => index % 3 === 0)).toBe(1)
})

test('no thread is added for a consumer that waits, and is hardly faster; later it may be', () => {
  let asked = 0
  expect(
    afterPieces(
      10 * piecesInUse,
      () => true,
      () => ++asked > 100,
    ),
  ).toBe(1)
  expect(asked).toBe(10)
  expect(
    afterPieces(
      3 * piecesInUse,
      () => true,
      () => ++asked > 11,
    ),
  ).toBe(3)
})

test('a thread is given back when twice what the rings hold was ready, but never the last', () => {
  const limit = createThreadLimit(plan)
  const count = (pieces: number, isAwaited: boolean) => countPieces(limit, pieces, () => isAwaited)
  expect(count(2 * piecesInUse, true)).toBe(3)
  expect(count(6 * plan.frames - 1, false)).toBe(3)
  expect(count(1, true)).toBe(3)
  expect(count(6 * plan.frames - 1, false)).toBe(3)
  expect(count(1, false)).toBe(2)
  expect(count(4 * plan.frames, false)).toBe(1)
  expect(count(10_000, false)).toBe(1)
})

test('zeros that are ready are no reason to give a thread back', () => {
  const limit = createThreadLimit(plan)
  countPieces(limit, piecesInUse, () => true)
  for (let index = 0; index < 10_000; index++) limit.countPiece(false, true)
  expect(limit.threads).toBe(2)
})

test('a thread that was given back and is needed again stays', () => {
  const limit = createThreadLimit(plan)
  const count = (pieces: number, isAwaited: boolean) => countPieces(limit, pieces, () => isAwaited)
  count(piecesInUse, true)
  expect(count(4 * plan.frames, false)).toBe(1)
  expect(count(piecesInUse, true)).toBe(2)
  expect(count(10_000, false)).toBe(2)
})

test('a number of threads that is given decodes at once, and stays', () => {
  const limit = createThreadLimit(withThreads(3))
  expect(limit.threads).toBe(3)
  expect(countPieces(limit, 10_000, () => false)).toBe(3)
})
