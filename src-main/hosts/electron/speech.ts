import { app } from 'electron'
import { resolveLanguage, type Language, type LanguageChoice } from '../../../src-shared/language.ts'
import type { Question } from './ask-person.ts'
import { windowWords, type QuestionName } from './window-words.ts'

let language: Language | null = null

/**
 * Sets the language of the system's dialogs to the user's choice.
 * @returns the resolved language
 */
export const speak = (choice: LanguageChoice): Language =>
  (language = resolveLanguage(choice, app.getPreferredSystemLanguages()))

/**
 * Returns the texts of the system's dialogs, in the system's language until `speak` sets another.
 */
export const words = () => windowWords[language ?? speak('system')]

/**
 * Builds a question in the language of the dialogs.
 * @param facts – lines above the text of the question
 */
export function describeQuestion(name: QuestionName, facts: string[]): Question {
  const { cancel, questions } = words().ask
  const { message, detail, agree } = questions[name]
  return { message, detail: [...facts, detail].join('\n\n'), refuse: cancel, agree }
}
