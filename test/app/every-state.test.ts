import { describe, expect, test } from 'vitest'
import { findStateFaults } from '../support/find-state-faults.ts'
import { canOpenWindow } from '../support/run-electron.ts'
import { canServeDrives } from '../support/served-drive.ts'

const missing = canOpenWindow() ?? canServeDrives()

// The other languages have a file of their own, which may run beside this one.
describe.skipIf(missing)(`every state of the window${missing ? ` (skipped: ${missing})` : ''}`, () => {
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
