import { failureCatalog, type FailureCode } from './failure-catalog.ts'
import { phrases, type PhraseCode } from './phrase-texts.ts'
import { problemTexts } from './problem-texts.ts'
import { fillIn, type NamesIn } from './values-in.ts'

/**
 * Text of the core as data: the key of its words (`phrases.swap`, `failures.usage.title`,
 * `problems.no-login`) and its values. `String` and JSON render it in English. The window, which
 * receives a structured clone, translates it by the key.
 */
export interface Phrase {
  readonly key: string
  readonly values: Readonly<Record<string, Value>>
}

/** Value in a text of the core. */
export type Value = string | number | boolean | null | Phrase | (string | Phrase)[]

/** Phrase, or text of the system, of a library or of a file, which has no key. */
export type Said = string | Phrase

class EnglishPhrase implements Phrase {
  readonly key: string
  readonly values: Readonly<Record<string, Value>>

  constructor(key: string, values: Readonly<Record<string, Value>>) {
    this.key = key
    this.values = values
  }

  toString(): string {
    return fillIn(textOf(this.key), this.values)
  }

  toJSON(): string {
    return this.toString()
  }
}

/** Returns the English text of a key. An unknown key, which only sent data has, is its own text. */
function textOf(key: string): string {
  const [group, code = ''] = key.split('.')
  const found = Object.hasOwn(groups, group!) && Object.hasOwn(groups[group!]!, code) ? groups[group!]![code]! : key
  return typeof found === 'string' ? found : (found.title ?? found.error ?? found.warning ?? key)
}

const groups: Record<string, Record<string, string | { title?: string; error?: string; warning?: string }>> = {
  phrases,
  failures: failureCatalog,
  problems: problemTexts,
}

type ValuesFor<Code extends PhraseCode> = [NamesIn<(typeof phrases)[Code]>] extends [never]
  ? []
  : [Record<NamesIn<(typeof phrases)[Code]>, Exclude<Value, boolean | null>>]

/** Returns a phrase with its values. */
export const say = <Code extends PhraseCode>(code: Code, ...[values]: ValuesFor<Code>): Phrase =>
  new EnglishPhrase(`phrases.${code}`, values ?? {})

/** Returns the title of a failure, as the reason of another one. */
export const sayTitle = (code: FailureCode, details: Readonly<Record<string, Value>>): Phrase =>
  new EnglishPhrase(`failures.${code}.title`, details)

/** Returns a defect of a config. */
export const sayProblem = (
  code: keyof typeof problemTexts,
  values: Readonly<Record<string, string | number>>,
): Phrase => new EnglishPhrase(`problems.${code}`, values)

export const isPhrase = (value: unknown): value is Phrase =>
  typeof value === 'object' && value !== null && 'key' in value && 'values' in value

/** Returns values in which phrases that were cloned or sent as data render in English again. */
export const revivePhrases = (values: Readonly<Record<string, Value>>): Record<string, Value> =>
  mapValues(values, (said) => (isPhrase(said) ? revivePhrase(said) : said))

export const revivePhrase = ({ key, values }: Phrase): Phrase => new EnglishPhrase(key, revivePhrases(values))

/** Returns texts without those that read the same as an earlier one. */
export const distinct = (texts: Said[]): Said[] =>
  texts.filter((said, index) => texts.findIndex((other) => String(other) === String(said)) === index)

/** Maps each text among the values of a text. */
export const mapValues = (values: Readonly<Record<string, Value>>, map: (said: Said) => Said): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(map) : typeof value === 'string' || isPhrase(value) ? map(value) : value,
    ]),
  )

/** Returns a phrase as the message of a schema: there, only text can be stated. */
export const toMessage = (phrase: Phrase): string => JSON.stringify({ ...phrase })

/** Returns the phrase of a schema's message, or the message if the schema states none. */
export function fromMessage(message: string): Said {
  if (!message.startsWith('{"key":')) return message
  return revivePhrase(JSON.parse(message) as Phrase)
}

/** Error of the core whose text is a phrase. */
export class PhraseError extends Error {
  readonly phrase: Phrase

  constructor(phrase: Phrase, options?: ErrorOptions) {
    super(String(phrase), options)
    this.phrase = phrase
  }
}
