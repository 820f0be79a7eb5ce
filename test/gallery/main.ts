import { mkdir, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { languages } from '../../src-shared/language.ts'
import { walkStates } from './walk-states.ts'

/** Writes a picture of every state of the window, in each language and theme: OUT/LANGUAGE/NN-STATE-THEME.png. */
const { values } = parseArgs({ options: { out: { type: 'string', default: 'test-output/gallery' } } })
const out = resolve(values.out)
for (const language of languages) {
  const directory = resolve(out, language)
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  let number = 0
  for await (const { name, window } of walkStates(language)) {
    const place = `${directory}/${String(++number).padStart(2, '0')}-${name}`
    await window.resize(1200, 800)
    for (const colorScheme of ['light', 'dark'] as const) {
      await window.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await window.page.screenshot({ path: `${place}-${colorScheme}.png` })
    }
    console.log(place)
  }
}
