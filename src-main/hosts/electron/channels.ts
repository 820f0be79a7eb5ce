/** The only two ways between the window and its host. */
export const channels = { call: 'kindling:call', news: 'kindling:news' } as const

/** What the page's language follows, among the words that Electron starts its process with. */
export const languageWord = '--kindling-language='
