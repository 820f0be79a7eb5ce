import type { FailureDetails } from '../../src-shared/failure.ts'
import { failureCatalog } from '../../src-shared/failure-catalog.ts'
import { phrases } from '../../src-shared/phrases.ts'
import { findWords } from './index.ts'
import { wordSystemText } from './word-system-text.ts'

/** Details that the core says in phrases; the others are names, numbers and hashes. */
const saidInPhrases = new Set(
  'reason kind feature users status place wanted needed date expected actual source host drive'.split(' '),
)

/** The values of a failure or a warning in the language of the window. */
export const wordDetails = (details: FailureDetails): FailureDetails =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => {
      if (!saidInPhrases.has(name)) return [name, value]
      if (Array.isArray(value)) return [name, value.map((each) => wordPhrase(each) ?? each)]
      if (typeof value !== 'string') return [name, value]
      return [name, name === 'reason' ? wordReason(value) : (wordPhrase(value) ?? value)]
    }),
  )

/** Why something failed: in the words of Kindling where it has them, else as it was said. */
export const wordReason = (text: string): string => wordPhrase(text) ?? wordSystemText(text)

interface Template {
  key: string
  pattern: RegExp
  names: string[]
}

/** Made when the first one is looked for: a window that starts needs none. */
let templates: Template[] | null = null

/** More words first: what fits two templates is the more particular one. */
function makeTemplates(): Template[] {
  const texts = [
    ...Object.entries(phrases).map(([code, text]) => [`phrases.${code}`, text] as const),
    // What another job or request failed of. One that only tells its reason says nothing of itself.
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

/** A phrase of the core, known by its English; null when it is none. */
function wordPhrase(text: string): string | null {
  templates ??= makeTemplates()
  for (const { key, pattern, names } of templates) {
    const match = pattern.exec(text)
    if (match === null) continue
    const values = names.map((name, index) => [name, toValue(match[index + 1]!)] as const)
    return findWords(key, wordDetails(Object.fromEntries(values)))
  }
  return null
}

/** What counts needs numbers. */
const toValue = (text: string): string | number => (String(Number(text)) === text ? Number(text) : text)
