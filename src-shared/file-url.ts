/** Returns whether a text is a `file:` URL, the form in which desktops name files. */
export const isFileUrl = (text: string): boolean => /^file:\/\/(?:localhost)?\//i.test(text) && URL.canParse(text)

/**
 * Returns the path of a `file:` URL, in the form of systems with `/`. Other text is returned
 * unchanged, and so is a URL with an encoded slash in a name.
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
