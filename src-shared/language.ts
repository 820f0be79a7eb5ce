/** Language into which Kindling is fully translated. */
export type Language = 'en' | 'ru'
export const languages: readonly Language[] = ['en', 'ru']

/** Choices of the language setting; `system` follows the languages set in the system. */
export const languageChoices = ['system', 'en', 'ru'] as const
export type LanguageChoice = (typeof languageChoices)[number]

/**
 * Resolves the language setting. Returns English when Kindling has none of the wanted languages.
 * @param ofSystem – the system's languages as BCP 47 tags, the preferred one first
 */
export function resolveLanguage(choice: LanguageChoice, ofSystem: string[]): Language {
  const wanted = choice === 'system' ? ofSystem.map((tag) => tag.split(/[-_]/)[0]!.toLowerCase()) : [choice]
  return wanted.flatMap((each) => languages.filter((known) => known === each))[0] ?? 'en'
}
