import { expect, test } from 'vitest'
import { findStateFaults } from '../support/find-state-faults.ts'
import { describeWith } from '../support/needs.ts'
import { isSoak } from '../support/tier.ts'

// The other languages have a file of their own, which may run beside this one.
describeWith(['window', 'fuse'], 'every state of the window', () => {
  test('can be read whole in every size, and keeps nobody from using it (en)', async () => {
    const looks = [
      { colorScheme: 'light', forcedColors: 'none' },
      { colorScheme: 'dark', forcedColors: 'active' },
      { colorScheme: 'dark', forcedColors: 'none' },
    ] as const
    const { states, faults } = await findStateFaults('en', isSoak ? looks : looks.slice(0, 1))
    expect(states).toBeGreaterThan(25)
    expect(faults).toEqual([])
  }, 300_000)
})
