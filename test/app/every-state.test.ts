import { describe, expect, test } from 'vitest'
import { languages } from '../../src-shared/language.ts'
import { walkStates } from '../gallery/walk-states.ts'
import { findBarriers } from '../support/find-barriers.ts'
import { findLayoutFaults } from '../support/find-layout-faults.ts'
import { canOpenWindow } from '../support/run-electron.ts'
import { canServeDrives } from '../support/served-drive.ts'

const missing = canOpenWindow() ?? canServeDrives()
/** Width and height in pixels, and how much larger everything is. */
const sizes = [
  [800, 600, 1],
  [1280, 800, 2],
  [800, 600, 2],
  [2560, 1440, 1],
] as const
const looks = [
  { colorScheme: 'light', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'active' },
] as const

describe.skipIf(missing)(`every state of the window${missing ? ` (skipped: ${missing})` : ''}`, () => {
  test.each(languages)(
    'can be read whole in every size, and keeps nobody from using it (%s)',
    async (language) => {
      const faults: string[] = []
      let states = 0
      for await (const { name, window } of walkStates(language)) {
        states++
        const { page } = window
        await page.emulateMedia({ reducedMotion: 'reduce' })
        for (const [width, height, zoom] of sizes) {
          await window.resize(width, height, zoom)
          for (const fault of await findLayoutFaults(page))
            faults.push(`${name} at ${width}×${height}×${zoom}: ${fault}`)
        }
        await window.resize(1280, 800)
        // Neither structure nor colours know of languages.
        for (const look of language === 'en' ? looks : []) {
          await page.emulateMedia({ ...look, reducedMotion: 'reduce' })
          // What was chosen for the page holds from its next frame on.
          await page.evaluate(
            () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
          )
          for (const barrier of await findBarriers(page, look.forcedColors === 'active'))
            faults.push(`${name} in ${Object.values(look).join(' ')}: ${barrier}`)
        }
        await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' })
      }
      expect(states).toBeGreaterThan(25)
      expect(faults).toEqual([])
    },
    300_000,
  )
})
