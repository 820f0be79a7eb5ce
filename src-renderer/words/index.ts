import { IntlMessageFormat } from 'intl-messageformat'
import type { Language } from '../../src-shared/language.ts'
import { en } from './en/index.ts'
import { ru } from './ru/index.ts'
import { language } from './language.svelte.ts'
import type { KeyOf, TextOf, ValuesFor } from './message.ts'

export type Key = KeyOf<typeof en>

const catalogs: Record<Language, Map<string, string>> = { en: flatten(en), ru: flatten(ru) }
const formats = new Map<string, IntlMessageFormat>()

/**
 * The text of a key in the language of the window, with its values, in which numbers stand as the language writes them.
 * What is worded in markup or in `$derived` follows a change of the language.
 */
export function t<K extends Key>(key: K, ...[values]: ValuesFor<TextOf<typeof en, K>>): string {
  const text = catalogs[language.current].get(key)!
  return values === undefined ? text : format(text, values)
}

/** The text, without values, of a key that is made of what comes from outside (a format, a code); null without one. */
export const findWords = (key: string): string | null => catalogs[language.current].get(key) ?? null

function format(text: string, values: Record<string, string | number>): string {
  const id = `${language.current} ${text}`
  let known = formats.get(id)
  if (known === undefined)
    formats.set(id, (known = new IntlMessageFormat(text, language.current, {}, { ignoreTag: true })))
  return known.format(values) as string
}

function flatten(group: object, way = ''): Map<string, string> {
  return new Map(
    Object.entries(group).flatMap(([name, inner]: [string, string | object]) =>
      typeof inner === 'string' ? [[way + name, inner] as const] : [...flatten(inner, `${way}${name}.`)],
    ),
  )
}
