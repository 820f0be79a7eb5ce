/**
 * IPC channels between the window and its host; there are no others. The page itself can use only
 * `call` and `news`.
 */
export const channels = {
  call: 'kindling:call',
  news: 'kindling:news',
  /** The preload script sends the path of a file that the user dropped or pasted. */
  given: 'kindling:given',
} as const

/** Prefix of the process argument that carries the page's language. */
export const languageWord = '--kindling-language='
