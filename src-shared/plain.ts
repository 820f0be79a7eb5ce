/**
 * Characters that are invisible or change how their neighbours are displayed: control characters (a
 * terminal executes them), marks that change the direction of writing (Unicode TR 36, 3.6),
 * zero-width characters, line and paragraph separators, halves of surrogate pairs.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Returns whether a text contains no such character, and therefore is as it looks. */
export const isPlain = (text: string): boolean => text.search(unseen) === -1

/**
 * Returns a text from outside (a drive's label, a file name, a server's message) as one line that
 * is safe to display anywhere. Invisible characters become their code point, `\u{202e}`. Tabs and
 * line breaks become a space.
 * @param maxLength – maximum length in UTF-16 units; the rest is cut off
 */
export function plain(text: string, maxLength = 1000): string {
  const shown = text
    .slice(0, maxLength)
    .replaceAll(/[\t\n\r]+/g, ' ')
    .replaceAll(unseen, escape)
  return text.length > maxLength ? `${shown}…` : shown
}

/** Returns JSON in which invisible characters are escaped. Its meaning is unchanged. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(unseen, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  )

const escape = (found: string) => `\\u{${found.codePointAt(0)!.toString(16)}}`
