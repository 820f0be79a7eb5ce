import { mkdir, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { test } from 'vitest'
import { languages } from '../../src-shared/language.ts'
import { walkStates } from './walk-states.ts'

// Not part of a test run: `./dev gallery` starts it. It is in the test folder because it reuses
// test support code.
const out = process.env['KINDLING_GALLERY'] ?? 'test-output/gallery'

const sizes = [
  [1200, 800, ''],
  [1440, 900, '-1440x900'],
  [800, 600, '-800x600'],
] as const
/** Hides the notice about the mirror and the keyring of the test, which few users ever see. */
const withoutNotice = 'main > [role="status"]:has(.notices) { display: none }'

test.each(languages)(
  `a picture of every state, light and dark, in ${resolve(out)}/%s`,
  async (language) => {
    const directory = resolve(out, language)
    await rm(directory, { recursive: true, force: true })
    await mkdir(directory, { recursive: true })
    let number = 0
    for await (const { name, window } of walkStates(language)) {
      const place = `${directory}/${String(++number).padStart(2, '0')}-${name}`
      await window.app.evaluate(
        ({ BrowserWindow }, css) => BrowserWindow.getAllWindows()[0]!.webContents.insertCSS(css),
        withoutNotice,
      )
      for (const [width, height, ending] of sizes) {
        await window.resize(width, height)
        for (const colorScheme of ['light', 'dark'] as const) {
          await window.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          await window.page.screenshot({ path: `${place}${ending}-${colorScheme}.png` })
        }
      }
    }
  },
  1_800_000,
)
