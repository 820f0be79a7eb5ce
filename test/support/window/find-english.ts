import { language } from '../../../src-renderer/words/language.svelte.ts'
import { describeFailure } from '../../../src-renderer/words/describe-failure.ts'
import type { Failure } from '../../../src-shared/failure.ts'
import { isPhrase } from '../../../src-shared/phrases.ts'

/** Commands and names of several words, which are the same in every language. */
const names = /qemu-img convert -O raw|xz -9|coreos-installer install|Fedora CoreOS|Fedora \d+|Live ISO/g

/**
 * Returns English text left in a Russian text: two Latin words in a row. Quoted text («…») comes
 * from elsewhere, and a single word may be a name.
 * @param given – names that were inserted
 */
export function findEnglish(text: string, given: readonly string[] = []): string[] {
  let left = text.replaceAll(names, '…').replaceAll(/«[^»]*»/g, '…')
  for (const name of given.toSorted((a, b) => b.length - a.length)) left = left.replaceAll(name, '…')
  return Array.from(left.matchAll(/\b[a-z]{2,} [a-z]{2,}\b/gi), ([words]) => words)
}

/**
 * Returns the English text in a failure as worded by the Russian window, except for the names among
 * its details.
 */
export function findEnglishOf(failure: Failure): string[] {
  const { reason: _, ...named } = failure.details
  const given = Object.values(named)
    .flat()
    .filter((value) => value !== null && value !== '' && !isPhrase(value))
    .map(String)
  const before = language.current
  language.current = 'ru'
  const { title, explanation, advice } = describeFailure(failure)
  language.current = before
  return [title, explanation, advice].flatMap((text) => findEnglish(text, given).map((words) => `${words}: ${text}`))
}
