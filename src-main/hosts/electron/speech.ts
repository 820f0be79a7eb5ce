import { app } from 'electron'
import { resolveLanguage, type Language, type LanguageChoice } from '../../../src-shared/language.ts'
import type { Question } from './ask-person.ts'
import { windowWords, type QuestionName } from './window-words.ts'

let language: Language | null = null

/** Makes the system's dialogs speak what the person chose, and answers which language that is. */
export const speak = (choice: LanguageChoice): Language =>
  (language = resolveLanguage(choice, app.getPreferredSystemLanguages()))

/** The words of the system's dialogs; those of the system's language until `speak` is told another. */
export const words = () => windowWords[language ?? speak('system')]

/** @param facts – lines above the text of the question */
export function wordQuestion(name: QuestionName, facts: string[]): Question {
  const { cancel, questions } = words().ask
  const { message, detail, agree } = questions[name]
  return { message, detail: [...facts, detail].join('\n\n'), refuse: cancel, agree }
}
