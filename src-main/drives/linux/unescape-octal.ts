/**
 * Decodes the octal escapes of files under /proc. They write space, tab, newline, backslash and #
 * as `\040`, and all other characters unchanged.
 */
export const unescapeOctal = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
