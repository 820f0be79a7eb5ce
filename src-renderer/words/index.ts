import { IntlMessageFormat } from 'intl-messageformat'
import type { Language } from '../../src-shared/language.ts'
import { failureCatalog } from '../../src-shared/failure-catalog.ts'
import type { FailureDetails } from '../../src-shared/failure.ts'
import { phrases } from '../../src-shared/phrases.ts'
import * as enDetails from './en/details.ts'
import { en } from './en/index.ts'
import * as ruDetails from './ru/details.ts'
import { failures } from './ru/failures/index.ts'
import { ru } from './ru/index.ts'
import { phrases as ruPhrases } from './ru/phrases.ts'
import { language } from './language.svelte.ts'
import type { KeyOf, TextOf, ValuesFor } from './message.ts'

export type Key = KeyOf<typeof en>

/**
 * Failures and phrases, and their English, are the core's. They are found by what comes from outside (`findWords`), as are details:
 * no component names their keys, so these are not among its types.
 */
export const catalogs: Record<Language, ReadonlyMap<string, string>> = {
  en: flatten({ ...en, failures: failuresOfWindow(), phrases, ...enDetails }),
  ru: flatten({ ...ru, failures, phrases: ruPhrases, ...ruDetails }),
}
// Both languages are known to be there: to look that up, it would load what all languages have of numbers.
IntlMessageFormat.resolveLocale = (locales) => new Intl.Locale(locales as string)
const formats = new Map<string, IntlMessageFormat>()

/**
 * The text of a key in the language of the window, with its values, in which numbers stand as the language writes them.
 * What is worded in markup or in `$derived` follows a change of the language.
 */
export function t<K extends Key>(key: K, ...[values]: ValuesFor<TextOf<typeof en, K>>): string {
  const text = catalogs[language.current].get(key)!
  return values === undefined ? text : format(text, values)
}

/**
 * The text of a key that is made of what comes from outside (a format, a code), with values from there; null where there
 * is no such text, or where a value is missing that it names.
 */
export function findWords(key: string, values: FailureDetails = {}): string | null {
  const text = catalogs[language.current].get(key)
  if (text === undefined) return null
  try {
    return format(text, values)
  } catch {
    return null
  }
}

/** @throws Error when a value is missing that the text names */
function format(text: string, values: FailureDetails): string {
  const id = `${language.current} ${text}`
  let known = formats.get(id)
  if (known === undefined) {
    known = new IntlMessageFormat(text, language.current, {}, { ignoreTag: true })
    formats.set(id, known)
  }
  const present = Object.entries(values).filter(([, value]) => value !== null)
  return known.format(
    Object.fromEntries(present.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value])),
  ) as string
}

function flatten(group: object, way = ''): Map<string, string> {
  return new Map(
    Object.entries(group).flatMap(([name, inner]: [string, unknown]) => {
      if (typeof inner === 'string') return [[way + name, inner] as const]
      // A failure's exit code is no word.
      return typeof inner === 'object' && inner !== null ? [...flatten(inner, `${way}${name}.`)] : []
    }),
  )
}

/** The core's words for failures, with the window's own advice. */
function failuresOfWindow() {
  return Object.fromEntries(
    Object.entries(failureCatalog).map(([code, { title, explanation, advice, windowAdvice }]) => [
      code,
      { title, explanation, advice: windowAdvice ?? advice },
    ]),
  )
}
