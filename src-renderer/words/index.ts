import type { Language } from '../../src-shared/language.ts'
import { settings as en } from './en/settings.ts'
import { language } from './language.svelte.ts'
import type { KeyOf, TextOf, ValuesFor } from './message.ts'
import { settings as ru } from './ru/settings.ts'

import { en as all, type Words } from './en.ts'

export const words: Words = all

const catalogs: Record<Language, object> = { en, ru }

/** The text of a key in the language of the window, with its values. */
export function t<K extends KeyOf<typeof en>>(key: K, ...[values]: ValuesFor<TextOf<typeof en, K>>): string {
  const text = key
    .split('.')
    .reduce<unknown>((group, name) => (group as Record<string, unknown>)[name], catalogs[language.current])
  const given = values as Record<string, string | number> | undefined
  return String(text).replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(given?.[name] ?? whole))
}
