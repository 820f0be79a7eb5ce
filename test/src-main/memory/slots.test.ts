import { describe, expect, test } from 'vitest'
import { createSlots, type Slots } from '../../../src-main/memory/slots.ts'

/**
 * Requests a slot for each rank at the same time. `got` lists the ranks that have one so far, in
 * order.
 */
function takeAll(slots: Slots, ranks: number[]) {
  const got: { rank: number; slot: number }[] = []
  for (const rank of ranks) void slots.take(rank).then((slot) => got.push({ rank, slot }))
  return { got, ranks: async () => (await settle(), got.map(({ rank }) => rank)) }
}
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('slots', () => {
  test('are handed out until none is left, and again when they are given back', async () => {
    const slots = createSlots(3, { size: 4096 })
    const first = takeAll(slots, [0, 0, 0, 0])
    expect(await first.ranks()).toHaveLength(3)
    expect(new Set(first.got.map(({ slot }) => slot)).size).toBe(3)
    slots.give(first.got[1]!.slot)
    expect(await first.ranks()).toHaveLength(4)
    expect(first.got[3]!.slot).toBe(first.got[1]!.slot)
  })

  test('go to the lowest rank first, and to who came first among equals', async () => {
    const slots = createSlots(1, { size: 4096 })
    const held = await slots.take(0)
    const order: string[] = []
    for (const [name, rank] of [
      ['b', 2],
      ['c', 3],
      ['a', 1],
      ['b2', 2],
    ] as const)
      void slots.take(rank).then((slot) => {
        order.push(name)
        slots.give(slot)
      })
    slots.give(held)
    await settle()
    expect(order).toEqual(['a', 'b', 'b2', 'c'])
  })

  test('are each a part of their memory, no two the same', () => {
    const slots = createSlots(4, { size: 8192 })
    for (let slot = 0; slot < 4; slot++) slots.view(slot).fill(slot + 1)
    for (let slot = 0; slot < 4; slot++) expect(slots.view(slot).every((byte) => byte === slot + 1)).toBe(true)
    expect(slots.view(2, 100)).toHaveLength(100)
    expect(slots.memory).toHaveLength(4 * 8192)
    for (let slot = 0; slot < 4; slot++) expect(slots.view(slot).byteOffset % 4096).toBe(0)
  })
})
