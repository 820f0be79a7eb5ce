import type { FailureDetails } from '../../src-shared/failure.ts'
import { failureCatalog } from '../../src-shared/failure-catalog.ts'
import { phrases } from '../../src-shared/phrases.ts'
import { findWords } from './index.ts'
import { describeSystemText } from './describe-system-text.ts'

/**
 * Names of details whose values are phrases of the core. Other details are names, numbers and
 * hashes.
 */
const saidInPhrases = new Set(
  'reason kind feature users status place wanted needed date expected actual source host drive isoSize'.split(' '),
)

/** Translates the values of a failure or a warning into the window's language. */
export const describeDetails = (details: FailureDetails): FailureDetails =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => {
      if (!saidInPhrases.has(name)) return [name, value]
      if (Array.isArray(value)) return [name, value.map((each) => describePhrase(each) ?? each)]
      if (typeof value !== 'string') return [name, value]
      return [name, name === 'reason' ? describeReason(value) : (describePhrase(value) ?? value)]
    }),
  )

/** Translates the reason of a failure. A text without a translation is quoted. */
export const describeReason = (text: string): string => describePhrase(text) ?? describeSystemText(text)

interface Template {
  key: string
  pattern: RegExp
  names: string[]
}

/**
 * Templates of the core's phrases. They are built on first use, because the start of the window
 * needs none.
 */
let templates: Template[] | null = null

/** Longest literal text first, so that the most specific template wins. */
function makeTemplates(): Template[] {
  const texts = [
    ...Object.entries(phrases).map(([code, text]) => [`phrases.${code}`, text] as const),
    // A reason may be the title of another job's or request's failure. The title "{reason}" is
    // excluded, because it would match any text.
    ...Object.entries(failureCatalog).map(([code, { title }]) => [`failures.${code}.title`, title] as const),
  ]
  return texts
    .filter(([, text]) => text !== '{reason}')
    .toSorted(([, a], [, b]) => literal(b).length - literal(a).length)
    .map(([key, text]) => ({
      key,
      names: Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name!),
      pattern: new RegExp(
        `^${text
          .split(/\{\w+\}/)
          .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
          .join('(.+?)')}$`,
        's',
      ),
    }))
}

function literal(text: string): string {
  return text.replaceAll(/\{\w+\}/g, '')
}

/**
 * Translates a phrase of the core, recognized by its English text. Null if the text is not a
 * phrase.
 */
function describePhrase(text: string): string | null {
  templates ??= makeTemplates()
  for (const { key, pattern, names } of templates) {
    const match = pattern.exec(text)
    if (match === null) continue
    const values = names.map((name, index) => [name, toValue(match[index + 1]!)] as const)
    return findWords(key, describeDetails(Object.fromEntries(values)))
  }
  return null
}

/** Converts numeric text to a number, because plural forms need numbers. */
const toValue = (text: string): string | number => (String(Number(text)) === text ? Number(text) : text)
