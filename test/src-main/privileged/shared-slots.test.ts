import { open } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSharedSlots, slotCount, type SharedSlots } from '../../../src-main/privileged/shared-slots.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

let directory: TemporaryDirectory
let slots: SharedSlots
beforeEach(async () => {
  directory = await makeTemporaryDirectory()
  slots = createSharedSlots(await open(directory.file('bytes'), 'wx+'))
})
afterEach(async () => {
  await slots.close()
  await directory.dispose()
})

test('a slot gives back what it was filled with, and fails where there is less', async () => {
  await slots.fill(2, [Buffer.from('he'), Buffer.from('llo')])
  const bytes = Buffer.alloc(5)
  await slots.take(2, bytes)
  expect(String(bytes)).toBe('hello')
  await expect(slots.take(2, Buffer.alloc(6))).rejects.toThrow('bytes are missing')
  await expect(slots.take(3, bytes)).rejects.toThrow('bytes are missing')
})

test('each slot is lent to one at a time, and goes to the next when its use has failed', async () => {
  const lent = new Set<number>()
  let most = 0
  const use = async (slot: number) => {
    expect(lent.has(slot)).toBe(false)
    lent.add(slot)
    most = Math.max(most, lent.size)
    await new Promise((resolve) => setImmediate(resolve))
    lent.delete(slot)
    if (slot % 2 === 0) throw new Error('failed')
  }
  const outcome = await Promise.allSettled(Array.from({ length: 5 * slotCount }, () => slots.lend(use)))
  expect(outcome.some(({ status }) => status === 'rejected')).toBe(true)
  expect(most).toBe(slotCount)
  expect(lent.size).toBe(0)
})
