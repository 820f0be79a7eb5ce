import { formatBytes } from './units.ts'

/**
 * Names of the values in a text: the part between an opening brace and a comma or the closing
 * brace. A part with spaces is a plural form, not a name.
 */
export type NamesIn<Text> = Text extends `${string}{${infer Rest}`
  ? (Rest extends `${infer Inside}}${string}` ? NameIn<Inside> : never) | NamesIn<Rest>
  : never
type NameIn<Inside> = Inside extends `${infer Name},${string}`
  ? Plain<Name>
  : Inside extends `${infer Name}{${string}`
    ? Plain<Name>
    : Plain<Inside>
type Plain<Name> = Name extends `${string}${' ' | '#'}${string}` | '' ? never : Name

/** A value in a text, with the two English plural forms, or marked as a number of bytes. */
const valueInText = /\{(\w+)(?:, plural, one \{([^{}]*)\} other \{([^{}]*)\}|(, size))?\}/g

/**
 * Fills values into an English text: `{name}`, `{name, plural, one {# file} other {# files}}` as in
 * an ICU message, and `{name, size}`, which shows a number of bytes as a size. The name of a value
 * that is missing stays as it is.
 */
export function fillIn(text: string, values: Record<string, unknown>): string {
  return text.replaceAll(valueInText, (whole, name: string, one?: string, other?: string, size?: string) => {
    const value = values[name]
    if (value === undefined || value === null) return whole
    if (size !== undefined && typeof value === 'number') return formatBytes(value)
    const shown = Array.isArray(value) ? value.join(', ') : String(value)
    return other === undefined ? shown : (value === 1 ? one! : other).replaceAll('#', shown)
  })
}
