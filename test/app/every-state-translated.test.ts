import { expect, test } from 'vitest'
import { languages } from '../../src-shared/language.ts'
import { findStateFaults } from '../support/find-state-faults.ts'
import { describeWith } from '../support/needs.ts'

describeWith(['window', 'fuse'], 'every state of the window', () => {
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
