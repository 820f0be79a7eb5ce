/** A language in which Kindling has all its words. */
export type Language = 'en' | 'ru'
export const languages: readonly Language[] = ['en', 'ru']

/** What a person may want; `system` follows the languages that they gave the system. */
export const languageChoices = ['system', 'en', 'ru'] as const
export type LanguageChoice = (typeof languageChoices)[number]

/**
 * @param ofSystem BCP 47 tags, the preferred one first; English when Kindling speaks none of them
 */
export function resolveLanguage(choice: LanguageChoice, ofSystem: string[]): Language {
  const wanted = choice === 'system' ? ofSystem.map((tag) => tag.split(/[-_]/)[0]!.toLowerCase()) : [choice]
  return wanted.flatMap((each) => languages.filter((known) => known === each))[0] ?? 'en'
}
