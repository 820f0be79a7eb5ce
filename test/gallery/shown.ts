import type { Page } from 'playwright-core'
import { en } from '../../src-renderer/words/en/index.ts'
import { ru } from '../../src-renderer/words/ru/index.ts'
import type { Language } from '../../src-shared/language.ts'
import type { SettingsChanges } from '../../src-shared/settings.ts'
import type { Bridge } from '../../src-shared/window-api.ts'
import type { OpenWindow } from '../support/window/open-window.ts'

/** A state of the window, kept until the next one is requested. */
export interface Shown {
  name: string
  window: OpenWindow
}

/** Changes settings as the page does. */
export const change = (page: Page, changes: SettingsChanges) =>
  page.evaluate(
    (changes) => (globalThis as unknown as { kindling: Bridge }).kindling.call('changeSettings', { changes }),
    changes,
  )

/** Returns a pattern for the window's text under a key, with any values. */
export function wordsOf(language: Language, key: string): RegExp {
  const text = key
    .split('.')
    .reduce((group: unknown, name) => (group as Record<string, unknown>)[name], { en, ru }[language])
  const pattern = String(text)
    .split(/\{\w+\}/)
    .map((part) => part.replaceAll(/[.*+?^$()[\]{}|\\]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${pattern}$`)
}
