import { expect, test } from 'vitest'
import { DecoderPool } from '../../../../src-main/image/decode/decoder-pool.ts'
import { piecesInUse, withThreads } from '../../../../src-main/image/decode/plan-memory.ts'
import { countThreads } from '../../../support/programs/count-threads.ts'

const plan = { ...withThreads(2), threadsAtFirst: 1 }

test('a thread that the drive does not need ends after its block, and its successor is the other', async () => {
  const threads = countThreads()
  const pool = new DecoderPool(plan, undefined)
  try {
    const first = (await pool.take())!
    for (let pieces = 0; pieces < piecesInUse; pieces++) pool.countPiece(true)
    const second = (await pool.take())!
    for (let pieces = 0; pieces < 4 * plan.frames; pieces++) pool.countPiece(false)
    expect(pool.isFull).toBe(true)
    await expect.poll(threads.running).toBe(2)
    pool.giveBack(first)
    await expect.poll(threads.running).toBe(1)
    const next = pool.take()
    pool.giveBack(second)
    expect(await next).toBe(second)
  } finally {
    pool.close()
    await pool.end()
    threads.stop()
  }
  expect({ started: threads.started(), running: threads.running() }).toEqual({ started: 2, running: 0 })
})
