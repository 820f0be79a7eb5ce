/** Desktops name files so. */
export const isFileUrl = (text: string): boolean => /^file:\/\/(?:localhost)?\//i.test(text) && URL.canParse(text)

/**
 * The path that a `file:` URL names, as systems with `/` have it; other text stays as it is, and so
 * does a URL with a slash within a name.
 */
export function pathOfUrl(text: string): string {
  if (!isFileUrl(text)) return text
  const { pathname } = new URL(text)
  try {
    return /%2f/i.test(pathname) ? text : decodeURIComponent(pathname)
  } catch {
    return text
  }
}
