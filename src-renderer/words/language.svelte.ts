import type { Language } from '../../src-shared/language.ts'

let current = $state<Language>('en')

/** What the window speaks; what reads it is worded anew when it changes. */
export const language = {
  get current(): Language {
    return current
  },
  set current(next: Language) {
    current = next
  },
}
