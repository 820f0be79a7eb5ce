import { expect, test } from 'vitest'
import { findStateFaults } from '../support/find-state-faults.ts'
import { describeWith } from '../support/needs.ts'

// The other languages have a file of their own, which may run beside this one.
describeWith(['window', 'fuse'], 'every state of the window', () => {
  test('can be read whole in every size, and keeps nobody from using it (en)', async () => {
    const { states, faults } = await findStateFaults('en', [
      { colorScheme: 'light', forcedColors: 'none' },
      { colorScheme: 'dark', forcedColors: 'none' },
      { colorScheme: 'dark', forcedColors: 'active' },
    ])
    expect(states).toBeGreaterThan(25)
    expect(faults).toEqual([])
  }, 300_000)
})
