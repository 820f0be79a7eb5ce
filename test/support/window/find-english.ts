import { language } from '../../../src-renderer/words/language.svelte.ts'
import { wordFailure } from '../../../src-renderer/words/word-failure.ts'
import type { Failure } from '../../../src-shared/failure.ts'

/** Commands and names of more than one word, as they are in any language. */
const names = /qemu-img convert -O raw|xz -9|Fedora CoreOS|Fedora \d+|Live ISO/g

/**
 * English that is left in a Russian text: two Latin words in a row. What is quoted («…») was said by somebody else, and
 * one word may be a name.
 * @param given names that were put in
 */
export function findEnglish(text: string, given: readonly string[] = []): string[] {
  let left = text.replaceAll(names, '…').replaceAll(/«[^»]*»/g, '…')
  for (const name of given.toSorted((a, b) => b.length - a.length)) left = left.replaceAll(name, '…')
  return Array.from(left.matchAll(/\b[a-z]{2,} [a-z]{2,}\b/gi), ([words]) => words)
}

/** Details that are no names: what the core says. */
const said = new Set(['reason', 'kind', 'feature', 'users', 'status', 'place', 'wanted', 'needed', 'reasons'])

/** What is English in a failure as the Russian window words it, but for the names among its details. */
export function findEnglishOf(failure: Failure): string[] {
  const given = Object.entries(failure.details).flatMap(([name, value]) =>
    said.has(name) || value === null || value === '' ? [] : [value].flat().map(String),
  )
  const before = language.current
  language.current = 'ru'
  const { title, explanation, advice } = wordFailure(failure)
  language.current = before
  return [title, explanation, advice].flatMap((text) => findEnglish(text, given).map((words) => `${words}: ${text}`))
}
