import type { Language } from '../../src-shared/language.ts'

let current = $state<Language>('en')

/** The window's language. It is reactive: texts that depend on it change with it. */
export const language = {
  get current(): Language {
    return current
  },
  set current(next: Language) {
    current = next
  },
}
