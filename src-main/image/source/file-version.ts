import type { HttpAnswer } from '../../net/http.ts'
import type { FileVersion } from './source.ts'

/**
 * Accepted forms of an ETag and a date. Both are sent back to the server and stored in a
 * checkpoint. Therefore any other value is ignored.
 */
const strongTag = /^"[\x21\x23-\x7e]{0,500}"$/
const date = /^[\w,: +-]{1,60}$/

/** Returns the version of a file that a response states. */
export function versionOf(answer: HttpAnswer): FileVersion {
  const range = parseContentRange(answer)
  const length = answer.headers['content-length']
  const total = answer.status === 206 ? (range?.total ?? null) : length === undefined ? null : Number(length)
  const etag = answer.headers['etag'] ?? ''
  const lastModified = answer.headers['last-modified'] ?? ''
  return {
    total: total !== null && Number.isSafeInteger(total) && total >= 0 ? total : null,
    // A weak tag does not promise equal bytes (RFC 9110, 8.8.1).
    etag: strongTag.test(etag) ? etag : null,
    lastModified: date.test(lastModified) ? lastModified : null,
    ranges: answer.status === 206 && range !== null,
  }
}

export function parseContentRange(answer: HttpAnswer): { start: number; total: number | null } | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(answer.headers['content-range'] ?? '')
  if (!match) return null
  const [start, last, total] = [Number(match[1]), Number(match[2]), match[3] === '*' ? null : Number(match[3])]
  const isOne = start <= last && (total === null || last < total)
  return isOne ? { start, total } : null
}

/** Tells whether a 416 response states the size that the file had before (RFC 9110, 15.5.17). */
export function statesSize({ headers }: HttpAnswer, { total }: FileVersion): boolean {
  const stated = /^bytes \*\/(\d{1,15})$/.exec(headers['content-range'] ?? '')?.[1]
  return stated !== undefined && total !== null && Number(stated) === total
}

/** Returns false if two responses state different versions of a file. */
export const isSame = (was: FileVersion, now: FileVersion) =>
  (was.total === null || now.total === null || was.total === now.total) &&
  (was.etag === null || now.etag === null || was.etag === now.etag) &&
  (was.lastModified === null || now.lastModified === null || was.lastModified === now.lastModified)

/**
 * Returns the headers of a range request. Because of `If-Range`, a server whose file has changed
 * sends the whole new file, which reveals the change (RFC 9110, 13.1.5).
 */
export function rangeFrom(position: number, { etag, lastModified }: FileVersion): Record<string, string> {
  const validator = etag ?? lastModified
  return { range: `bytes=${position}-`, ...(validator !== null && { 'if-range': validator }) }
}
