import { app } from 'electron'
import { resolveLanguage, type Language, type LanguageChoice } from '../../../src-shared/language.ts'
import { windowWords } from './window-words.ts'

let language: Language | null = null

/** Makes the system's dialogs speak what the person chose, and answers which language that is. */
export const speak = (choice: LanguageChoice): Language =>
  (language = resolveLanguage(choice, app.getPreferredSystemLanguages()))

/** The words of the system's dialogs; those of the system's language until `speak` is told another. */
export const words = () => windowWords[language ?? speak('system')]
