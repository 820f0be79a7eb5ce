import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { sendBody } from './mirror-body.ts'
import { openContent, type Held } from './mirror-content.ts'
import { findFault, findReplacing, type Fault } from './mirror-faults.ts'

/** One request and the progress of its response. */
export interface LoggedRequest {
  method: string
  path: string
  /** Value of the Range header. */
  range: string | null
  headers: IncomingHttpHeaders
  /** Status code; 0 until the response starts. */
  status: number
  /** Number of bytes of the body handed to the connection so far. */
  bytesSent: number
  /** True once the whole response was sent. */
  finished: boolean
}

export interface Situation {
  held: Map<string, Held>
  faults: Fault[]
  stall(): Promise<void>
  isCleared(): boolean
}

/** Responds to one request, with the faults that apply to it. */
export async function answer(
  logged: LoggedRequest,
  response: ServerResponse,
  { held, faults, stall, isCleared }: Situation,
): Promise<unknown> {
  const begin = (status: number, headers: OutgoingHttpHeaders = {}) => {
    logged.status = status
    response.writeHead(status, headers)
  }
  const replacing = findReplacing(faults)
  if (replacing) {
    if (replacing.kind === 'redirect') begin(replacing.status ?? 302, { location: replacing.to })
    else if (replacing.kind === 'html') begin(200, { 'content-type': 'text/html' })
    else begin(replacing.status, { 'content-type': 'text/plain' })
    return response.end(replacing.kind === 'html' ? '<!DOCTYPE html><title>Welcome</title><p>Please log in.' : '')
  }
  const end = (status: number, more?: OutgoingHttpHeaders) => {
    begin(status, more)
    return response.end()
  }
  const content = held.get(logged.path)
  if (logged.method !== 'GET' && logged.method !== 'HEAD') return end(405)
  if (!content) return end(404)
  const replacement = findFault(faults, 'replace')
  if (replacement) held.set(logged.path, await openContent(replacement.content))
  const { headers } = logged
  const validators = { etag: content.etag, 'last-modified': content.lastModified }
  const known = headers['if-none-match'] ?? headers['if-modified-since']
  if (known === content.etag || known === content.lastModified) return end(304, validators)

  const ignoreRange = findFault(faults, 'no-range') !== undefined
  const current = [undefined, content.etag, content.lastModified].includes(headers['if-range'] as string | undefined)
  const range = ignoreRange || !current ? null : parseRange(logged.range, content.size)
  if (range === 'unsatisfiable') return end(416, { 'content-range': `bytes */${content.size}`, 'content-length': 0 })
  const { start, stop } = range ?? { start: 0, stop: content.size }
  const lie = findFault(faults, 'header')
  const kept = validatorsOf(content, findFault(faults, 'no-header')?.name)
  begin(range ? 206 : 200, {
    ...kept,
    'content-type': content.type,
    ...(!ignoreRange && { 'accept-ranges': 'bytes' }),
    ...(range && { 'content-range': `bytes ${start}-${stop - 1}/${content.size}` }),
    ...(findFault(faults, 'no-length') ? {} : { 'content-length': stop - start }),
    ...(lie && { [lie.name]: lie.value }),
  })
  if (logged.method === 'HEAD') return response.end()
  return sendBody(response, content.read(start, stop), faults, { logged, stall, isCleared })
}

const validatorsOf = ({ etag, lastModified }: Held, left: string | undefined): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries({ etag, 'last-modified': lastModified }).filter(([name]) => name !== left))

/**
 * Parses a single byte range (RFC 9110, 14.1.2); `stop` is exclusive. Multiple ranges are ignored,
 * which the RFC allows.
 */
function parseRange(header: string | null, size: number): { start: number; stop: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  const [first, last] = [match[1]!, match[2]!]
  const range =
    first === ''
      ? { start: Math.max(0, size - Number(last)), stop: Number(last) === 0 ? 0 : size }
      : { start: Number(first), stop: last === '' ? size : Math.min(size, Number(last) + 1) }
  return range.start < range.stop ? range : 'unsatisfiable'
}
