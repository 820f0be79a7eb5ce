import type { Language } from '../../src-shared/language.ts'
import { walkStates } from '../gallery/walk-states.ts'
import { findBarriers } from './find-barriers.ts'
import { findLayoutFaults } from './find-layout-faults.ts'
import { nextFrame } from './next-frame.ts'
import { isSoak } from './tier.ts'

/** Width and height in pixels, and the zoom. The smallest window cuts the most. */
const smallest = [800, 600, 1] as const
const sizes = isSoak ? ([smallest, [1280, 800, 2], [800, 600, 2], [2560, 1440, 1]] as const) : [smallest]

export interface Look {
  colorScheme: 'light' | 'dark'
  forcedColors: 'none' | 'active'
}

/**
 * What is wrong in every state of the window, in words, and how many states there were.
 * @param looks those in which it is also looked for what keeps somebody from using it
 */
export async function findStateFaults(language: Language, looks: readonly Look[]) {
  const faults: string[] = []
  let states = 0
  for await (const { name, window } of walkStates(language)) {
    states++
    const { page } = window
    await page.emulateMedia({ reducedMotion: 'reduce' })
    for (const [width, height, zoom] of sizes) {
      await window.resize(width, height, zoom)
      for (const fault of await findLayoutFaults(page)) faults.push(`${name} at ${width}×${height}×${zoom}: ${fault}`)
    }
    await window.resize(1280, 800)
    for (const look of looks) {
      await page.emulateMedia({ ...look, reducedMotion: 'reduce' })
      await nextFrame(page)
      for (const barrier of await findBarriers(page, look.forcedColors === 'active'))
        faults.push(`${name} in ${Object.values(look).join(' ')}: ${barrier}`)
    }
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' })
  }
  return { states, faults }
}
