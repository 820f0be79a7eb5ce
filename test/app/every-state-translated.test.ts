import { describe, expect, test } from 'vitest'
import { languages } from '../../src-shared/language.ts'
import { findStateFaults } from '../support/find-state-faults.ts'
import { canOpenWindow } from '../support/run-electron.ts'
import { canServeDrives } from '../support/served-drive.ts'

const missing = canOpenWindow() ?? canServeDrives()

describe.skipIf(missing)(`every state of the window${missing ? ` (skipped: ${missing})` : ''}`, () => {
  test.each(languages.filter((language) => language !== 'en'))(
    'can be read whole in every size (%s)',
    async (language) => {
      // Neither structure nor colours know of languages: test/app/every-state.test.ts looks at them.
      const { states, faults } = await findStateFaults(language, [])
      expect(states).toBeGreaterThan(25)
      expect(faults).toEqual([])
    },
    300_000,
  )
})
