import { host, scheme } from './app-protocol.ts'

/** Frame that sent a message, as Electron describes it; null when the frame no longer exists. */
export type Sender = { url: string; parent: unknown } | null

/**
 * Returns whether a message comes from the window's own page, and not from a frame in it or from
 * another page.
 */
export function isOurPage(sender: Sender): boolean {
  if (sender === null || sender.parent !== null || !URL.canParse(sender.url)) return false
  const url = new URL(sender.url)
  return url.protocol === `${scheme}:` && url.host === host
}
