import { IntlMessageFormat } from 'intl-messageformat'
import type { Language } from '../../src-shared/language.ts'
import { failureCatalog } from '../../src-shared/failure-catalog.ts'
import type { FailureDetails } from '../../src-shared/failure.ts'
import { phrases } from '../../src-shared/phrase-texts.ts'
import { problemTexts } from '../../src-shared/problem-texts.ts'
import { formatBytes } from '../../src-shared/units.ts'
import * as enDetails from './en/details.ts'
import { en } from './en/index.ts'
import * as ruDetails from './ru/details.ts'
import { failures } from './ru/failures/index.ts'
import { ru } from './ru/index.ts'
import { phrases as ruPhrases } from './ru/phrases.ts'
import { problems } from './ru/problems.ts'
import { language } from './language.svelte.ts'
import type { TextsByKey, ValuesFor } from './message.ts'

type Texts = TextsByKey<typeof en>
export type Key = keyof Texts

/**
 * All texts by language and key. Failures and phrases come from the core, with their English texts.
 * Their keys, and those of details, are looked up at run time (`findWords`). No component names
 * these keys, so they are not part of the type `Key`.
 */
export const catalogs: Record<Language, ReadonlyMap<string, string>> = {
  en: flatten({ ...en, failures: failuresOfWindow(), phrases, problems: problemsOfWindow(), ...enDetails }),
  ru: flatten({ ...ru, failures, phrases: ruPhrases, problems, ...ruDetails }),
}
const formats = new Map<string, IntlMessageFormat>()

/**
 * Returns the text of a key in the window's language, with the values inserted. Numbers are
 * formatted for the language. In markup and in `$derived` the text follows a change of language.
 */
export function t<K extends Key>(key: K, ...[values]: ValuesFor<Texts[K]>): string {
  const text = catalogs[language.current].get(key)!
  return values === undefined ? text : format(text, values)
}

/**
 * Returns the text of a key built from outside data (a format, a code), with values from the same
 * data. Null if there is no such text, or if a value that it names is missing.
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

/**
 * Inserts values into a text.
 * @throws Error when the text names a value that is missing
 */
function format(text: string, values: FailureDetails): string {
  const id = `${language.current} ${text}`
  let known = formats.get(id)
  if (known === undefined) {
    known = new IntlMessageFormat(text, language.current, {}, { ignoreTag: true })
    formats.set(id, known)
  }
  const present = Object.entries(values).flatMap(([name, value]): [string, unknown][] => {
    if (value === null) return []
    const shown = Array.isArray(value) ? value.join(', ') : value
    return [
      [name, shown],
      [sizeName(name), typeof value === 'number' && value >= 0 ? formatBytes(value, language.current) : shown],
    ]
  })
  return known.format(Object.fromEntries(present)) as string
}

/** Name under which a text of the core finds a number of bytes as a size: its `{name, size}`. */
function sizeName(name: string): string {
  return `${name}_size`
}

function flatten(group: object, way = ''): Map<string, string> {
  return new Map(
    Object.entries(group).flatMap(([name, inner]: [string, unknown]) => {
      if (typeof inner === 'string') return [[way + name, nameSizes(inner)] as const]
      // Skips values that are not texts, such as a failure's exit code.
      return typeof inner === 'object' && inner !== null ? [...flatten(inner, `${way}${name}.`)] : []
    }),
  )
}

/** Turns `{name, size}`, which is no ICU message, into a value of its own. */
function nameSizes(text: string): string {
  return text.replaceAll(/\{(\w+), size\}/g, (_, name: string) => `{${sizeName(name)}}`)
}

/** Returns the core's texts of failures, with the window's own advice where it has some. */
function failuresOfWindow() {
  return Object.fromEntries(
    Object.entries(failureCatalog).map(([code, { title, explanation, ...words }]) => [
      code,
      {
        ...{ title, explanation, advice: words.windowAdvice ?? words.advice },
        further: words.windowFurther ?? words.further,
      },
    ]),
  )
}

/** Returns the core's texts of a config's problems, with the window's own where it has some. */
function problemsOfWindow() {
  return Object.fromEntries(
    Object.entries(problemTexts).map(
      ([code, texts]: [string, { error?: string; warning?: string; window?: string }]) => [
        code,
        texts.window ?? texts.error ?? texts.warning!,
      ],
    ),
  )
}
