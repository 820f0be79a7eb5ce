import type { Page } from 'playwright-core'
import { languages, type Language } from '../../../src-shared/language.ts'
import type { Bridge } from '../../../src-shared/window-api.ts'
import { walkStates, walkUsualStates } from '../../gallery/walk-states.ts'
import { findBarriers } from './find-barriers.ts'
import { findLayoutFaults } from './find-layout-faults.ts'
import { nextFrame } from './next-frame.ts'
import { isSoak } from '../run/tier.ts'

/** Language of the walk. By default it is the only one: its texts are the longest. */
const walked: Language = isSoak ? 'en' : 'ru'
/** The language of the walk is last, because the walk continues in it. */
const checked = isSoak ? languages.toSorted((a, b) => Number(a === walked) - Number(b === walked)) : [walked]

/** Width and height in pixels, and the zoom factor. The smallest window cuts off the most. */
const smallest = [800, 600, 1] as const
const sizes = isSoak ? ([[1280, 800, 2], [800, 600, 2], [2560, 1440, 1], smallest] as const) : [smallest]

export interface Look {
  colorScheme: 'light' | 'dark'
  forcedColors: 'none' | 'active'
}

/**
 * Walks through the usual states of the window once, in the soak through every state. In each it
 * looks for barriers, in each look, and for faults of the layout, in each size. The soak does so in
 * every language.
 * @returns the faults of all states in words, and the number of states
 */
export async function findStateFaults(looks: readonly Look[]) {
  const faults: string[] = []
  let states = 0
  for await (const { name, window } of isSoak ? walkStates(walked) : walkUsualStates(walked)) {
    const { page } = window
    await window.resize(1280, 800)
    const layers = await listLayers(page)
    for (const language of checked) {
      await speak(page, language)
      for (const look of looks) {
        await page.emulateMedia({ ...look, reducedMotion: 'reduce' })
        await nextFrame(page)
        for (const barrier of await findBarriers(page, look.forcedColors === 'active'))
          faults.push(`${name} (${language}) in ${Object.values(look).join(' ')}: ${barrier}`)
      }
    }
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' })
    for (const [width, height, zoom] of sizes) {
      await window.resize(width, height, zoom)
      for (const language of checked) {
        await speak(page, language)
        for (const fault of await findLayoutFaults(page))
          faults.push(`${name} (${language}) at ${width}×${height}×${zoom}: ${fault}`)
        if ((await listLayers(page)) !== layers) faults.push(`${name} (${language}): another state than before`)
      }
    }
    states++
  }
  return { states, faults }
}

async function speak(page: Page, language: Language): Promise<void> {
  await page.evaluate(
    (language) =>
      (globalThis as unknown as { kindling: Bridge }).kindling.call('changeSettings', { changes: { language } }),
    language,
  )
  await page.waitForFunction((language) => document.documentElement.lang === language, language)
  await nextFrame(page)
}

/** Lists the dialogs and lists over the page, which a change of language could close. */
const listLayers = (page: Page): Promise<string> =>
  page.evaluate(() =>
    [...document.querySelectorAll('dialog[open], [role="dialog"], [role="alertdialog"], [role="listbox"]')]
      .filter((element) => element.checkVisibility())
      .map((element) => element.role ?? element.tagName)
      .join(),
  )
