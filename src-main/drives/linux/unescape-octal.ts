/** Files under /proc write space, tab, newline, backslash and # as `\040`; everything else stands as it is. */
export const unescapeOctal = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
