/**
 * What nobody sees, or what changes how its neighbours are seen: control characters (a terminal obeys them), marks that
 * turn the direction of writing (Unicode TR 36, 3.6), what has no width, line and paragraph separators, halves of
 * surrogate pairs.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Whether a text is as it looks. */
export const isPlain = (text: string): boolean => text.search(unseen) === -1

/**
 * A text from outside (a drive's label, a file name, a server's words) as one line that can be shown anywhere: what is
 * not seen stands there as its number, `\u{202e}`; a white space that ends lines as a space.
 * @param maxLength in UTF-16 units, more is cut off
 */
export function plain(text: string, maxLength = 1000): string {
  const shown = text
    .slice(0, maxLength)
    .replaceAll(/[\t\n\r]+/g, ' ')
    .replaceAll(unseen, escape)
  return text.length > maxLength ? `${shown}…` : shown
}

/** JSON in which nothing is unseen; it says the same. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(unseen, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  )

const escape = (found: string) => `\\u{${found.codePointAt(0)!.toString(16)}}`
