import { say, type Said } from '../../src-shared/phrases.ts'

/**
 * Formats a path in a JSON document for display, as JavaScript would write it:
 * `a.b["raw.xz"].disk`.
 */
export const formatJsonPath = (path: PropertyKey[]): Said =>
  path.length === 0
    ? say('whole-file')
    : path
        .map((key) => step(String(key)))
        .join('')
        .replace(/^\./, '')

/**
 * Quotes text from a malformed file: shortened, and without characters that could control a
 * terminal.
 */
const quote = (text: string): Said =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text).replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const step = (key: string): string => (/^[A-Za-z_$][\w$]{0,59}$/.test(key) ? `.${key}` : `[${quote(key)}]`)
