import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSlots, type Slots } from '../../../src-main/memory/slots.ts'
import { runs } from '../../support/tier.ts'

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
    slots.serve(9)
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

  test('leave the last ones to the rank that is served', async () => {
    const slots = createSlots(5, { size: 4096, ahead: 3 })
    const later = takeAll(slots, [1, 1, 1, 1, 1])
    expect(await later.ranks()).toEqual([1, 1, 1])
    const served = takeAll(slots, [0, 0])
    expect(await served.ranks()).toEqual([0, 0])
    slots.serve(1)
    slots.give(served.got[0]!.slot)
    expect(await later.ranks()).toHaveLength(4)
  })

  test('that are not for what is ahead are handed out when their rank is served', async () => {
    const slots = createSlots(2, { size: 4096, ahead: 0 })
    const later = takeAll(slots, [1])
    expect(await later.ranks()).toEqual([])
    slots.serve(1)
    expect(await later.ranks()).toEqual([1])
  })

  test('are each a part of their memory, no two the same', () => {
    const slots = createSlots(4, { size: 8192 })
    for (let slot = 0; slot < 4; slot++) slots.view(slot).fill(slot + 1)
    for (let slot = 0; slot < 4; slot++) expect(slots.view(slot).every((byte) => byte === slot + 1)).toBe(true)
    expect(slots.view(2, 100)).toHaveLength(100)
    expect(slots.memory).toHaveLength(4 * 8192)
    for (let slot = 0; slot < 4; slot++) expect(slots.view(slot).byteOffset % 4096).toBe(0)
  })

  test('never starve the rank that is served, whoever takes and gives in which order', async () => {
    const step = fc.record({ rank: fc.nat(4), give: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 1, max: 7 }),
        fc.array(step, { maxLength: 60 }),
        async (count, wish, steps) => {
          const reserve = Math.min(wish, count - 1)
          const slots = createSlots(count, { size: 4096, ahead: count - reserve })
          const out = new Map<number, number>()
          const take = (rank: number) =>
            slots.take(rank).then((slot) => {
              expect(out.has(slot), 'a slot has one holder').toBe(false)
              out.set(slot, rank)
            })
          for (const { rank, give } of steps) {
            void take(rank)
            await settle()
            const later = [...out.values()].filter((other) => other > 0).length
            expect(later).toBeLessThanOrEqual(count - reserve)
            const [slot] = [...out.keys()]
            if (give && slot !== undefined) {
              out.delete(slot)
              slots.give(slot)
              await settle()
            }
          }
          // The rank being served can continue with its own slots, regardless of the slots held by
          // later ranks.
          for (let turn = 0; turn < 3 * count; turn++) {
            const mine = [...out].find(([, rank]) => rank === 0)
            if (mine === undefined) break
            out.delete(mine[0])
            slots.give(mine[0])
            await settle()
          }
          let got = false
          void slots.take(0).then(() => (got = true))
          await settle()
          expect(got).toBe(true)
        },
      ),
      runs(60, 1000),
    )
  })
})
