/**
 * The only ways between the window and its host. The page itself can use `call` and `news` alone.
 */
export const channels = {
  call: 'kindling:call',
  news: 'kindling:news',
  /** The preload script names a file that the person dropped or pasted. */
  given: 'kindling:given',
} as const

/** What the page's language follows, among the words that Electron starts its process with. */
export const languageWord = '--kindling-language='
