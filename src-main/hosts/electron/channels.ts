/** The only two ways between the window and its host. */
export const channels = { call: 'kindling:call', news: 'kindling:news' } as const
