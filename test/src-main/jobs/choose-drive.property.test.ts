import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findDrive } from '../../../src-main/jobs/choose-drive.ts'
import type { Ports } from '../../../src-main/ports.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { isStillAttached } from '../../../src-shared/same-drive.ts'
import { makeSlots, plugEvents, sticks } from '../../support/drives/drive-slots.ts'

/** The only errors allowed if a job does not find its drive. */
const refusals = ['drive-missing', 'drive-changed']

test('no job finds a stick that was not chosen, wherever equal serial numbers and moved links lead', async () => {
  await fc.assert(
    fc.asyncProperty(sticks, plugEvents, plugEvents, fc.nat(3), async (all, before, after, pick) => {
      const slots = makeSlots()
      const ports = {
        drives: { inspect: async (path: string) => slots.inspect(path), list: async () => slots.look() },
      } as unknown as Ports
      /** Pairs of sticks that Kindling has seen together. */
      const together = new Set<string>()
      const look = () => {
        const drives = slots.look()
        const names = drives.map(slots.stickOf)
        for (const one of names) for (const other of names) together.add(`${one} ${other}`)
        return drives
      }
      const play = (events: typeof before) => {
        for (const event of events) {
          slots.toggle(all[event.stick % all.length]!)
          if (event.look) look()
        }
      }
      play(before)
      const offered = look()
      fc.pre(offered.length > 0)
      const chosen = offered[pick % offered.length]!
      const stick = slots.stickOf(chosen)
      play(after)
      const now = look()
      const path = chosen.identity.byId ?? chosen.identity.device
      const found = await findDrive(ports, path, chosen.identity).catch((error: unknown) => error)
      const isThere = now.some(({ identity }) => isStillAttached(chosen.identity, identity))
      if (found instanceof KindlingError) {
        expect(refusals).toContain(found.code)
        expect(isThere).toBe(false)
        return
      }
      const drive = now.find(({ identity }) => identity.device === (found as typeof chosen).identity.device)!
      // A twin in the same place is indistinguishable if the two were never seen together.
      if (slots.stickOf(drive) !== stick) expect(together).not.toContain(`${stick} ${slots.stickOf(drive)}`)
      if (isThere) expect(slots.stickOf(drive)).toBe(stick)
    }),
    { numRuns: 300 },
  )
})
