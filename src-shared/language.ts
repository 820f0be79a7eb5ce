import { z } from 'zod'

/** A language in which Kindling has all its words. */
export type Language = 'en' | 'ru'
const languages: readonly string[] = ['en', 'ru'] satisfies Language[]

/** What a person may want; `system` follows the languages that they gave the system. */
export const languageChoice = z.enum(['system', 'en', 'ru'])
export type LanguageChoice = z.infer<typeof languageChoice>

/**
 * @param ofSystem BCP 47 tags, the preferred one first; English when Kindling speaks none of them
 */
export function resolveLanguage(choice: LanguageChoice, ofSystem: string[]): Language {
  const wanted = choice === 'system' ? ofSystem.map((tag) => tag.split(/[-_]/)[0]!.toLowerCase()) : [choice]
  return (wanted.find((each) => languages.includes(each)) as Language | undefined) ?? 'en'
}
