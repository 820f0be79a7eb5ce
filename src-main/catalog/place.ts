import { say } from '../../src-shared/phrases.ts'
/** A place in a JSON document for people, as JavaScript would reach it: `a.b["raw.xz"].disk`. */
export const placeOfPath = (path: PropertyKey[]): string =>
  path.length === 0
    ? say('whole-file')
    : path
        .map((key) => step(String(key)))
        .join('')
        .replace(/^\./, '')

/** A place in a text for people; lines and columns count from 1, columns in UTF-16 units. */
export function placeOfOffset(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n')
  return say('line-and-column', { line: lines.length, column: lines.at(-1)!.length + 1 })
}

/** Text out of a broken file, cut short, with nothing in it that a terminal would obey. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text).replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const step = (key: string): string => (/^[A-Za-z_$][\w$]{0,59}$/.test(key) ? `.${key}` : `[${quote(key)}]`)
