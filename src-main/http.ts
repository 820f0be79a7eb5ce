import { KindlingError, reasonOf } from '../src-shared/failure.ts'
import { plain } from '../src-shared/plain.ts'
import { say, type Phrase } from '../src-shared/phrases.ts'
import {
  createConnections,
  LocalAddressError,
  namesLocal,
  type ConnectionOptions,
  type Connections,
} from './connections.ts'
import { flow } from './flow.ts'

export interface HttpRequest {
  url: string
  method?: 'GET' | 'HEAD'
  headers?: Record<string, string>
  signal?: AbortSignal
  /** The server whose words named this address; left out where a person did. A public one may not name a local one. */
  namedBy?: string | undefined
}

export interface HttpAnswer {
  status: number
  /** Where the answer came from, after redirects. */
  url: string
  /** By lower-case name. */
  headers: Record<string, string>
  /** `dump` gives it up, and never fails. */
  body: AsyncIterable<Uint8Array> & { dump(): Promise<void> }
  /** Ends the body, from which the reason is then thrown. */
  abort(reason: Error): void
}

/** One request. Bodies are bytes as sent: `Content-Encoding` is never undone, since hashes cover the file as published. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>

/** Milliseconds. */
export interface HttpPatience {
  /** Until the first byte of an answer's body, redirects apart. */
  answer: number
  /** Between two parts of a body. */
  pause: number
}

const redirects = new Set([301, 302, 303, 307, 308])
const maxRedirects = 10
/** Bytes of a body that are read so that its connection can serve again; and milliseconds. */
const dumped = { limit: 64 * 1024, patience: 1000 }

/**
 * Requests over HTTP and HTTPS, following redirects but never one that gives up encryption, that leads from a public
 * server to this computer or its own network, or that holds a password. Cookies are neither kept nor sent.
 * @throws network-unreachable, redirect-refused, address-refused, usage
 */
export function createHttp({
  patience = { answer: 60_000, pause: 30_000 },
  ...options
}: ConnectionOptions & { patience?: HttpPatience } = {}): Http {
  const connections = createConnections(options)
  return async ({ url, namedBy, ...request }) => {
    let current = parseUrl(url)
    let fromPublic = namedBy !== undefined && !(await connections.isLocal(new URL(namedBy)))
    let from = namedBy
    for (let hops = 0; ; hops++) {
      const answer = await send(connections, current, fromPublic, patience, request).catch((error: unknown) => {
        if (!(error instanceof LocalAddressError)) throw error
        const reason = say('into-own-network')
        throw new KindlingError(hops === 0 ? 'address-refused' : 'redirect-refused', {
          from: showUrl(from ?? ''),
          to: showUrl(current),
          reason,
        })
      })
      const location = answer.headers['location']
      if (!redirects.has(answer.status) || location === undefined) return answer
      await answer.body.dump()
      fromPublic ||= !(await connections.isLocal(current))
      from = current.href
      current = follow(current, location, hops)
    }
  }
}

/** @throws redirect-refused */
function follow(current: URL, location: string, hops: number): URL {
  const next = URL.canParse(location, current) ? new URL(location, current) : null
  const refuse = (reason: Phrase) =>
    new KindlingError('redirect-refused', { from: showUrl(current), to: showUrl(next ?? location), reason })
  if (next === null) throw refuse(say('redirect-nowhere'))
  if (next.protocol !== 'https:' && next.protocol !== 'http:')
    throw refuse(say('redirect-not-web', { protocol: next.protocol }))
  if (current.protocol === 'https:' && next.protocol !== 'https:') throw refuse(say('redirect-unencrypted'))
  if (holdsPassword(next)) throw refuse(say('redirect-with-password'))
  if (hops === maxRedirects) throw refuse(say('redirects-too-many', { most: maxRedirects }))
  return next
}

async function send(
  connections: Connections,
  url: URL,
  publicOnly: boolean,
  patience: HttpPatience,
  { method = 'GET', headers = {}, signal }: Omit<HttpRequest, 'url'>,
): Promise<HttpAnswer> {
  if (publicOnly && namesLocal(url.hostname)) throw new LocalAddressError(url.hostname)
  const stop = new AbortController()
  const abort = (reason: Error) => stop.abort(reason)
  const seconds = patience.answer / 1000
  const timer = setTimeout(() => abort(new Error(say('no-answer', { seconds }))), patience.answer)
  try {
    const dispatcher = await connections.dispatcher(publicOnly)
    const {
      statusCode,
      headers: received,
      body,
    } = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'kindling', ...headers },
      headersTimeout: patience.pause,
      bodyTimeout: patience.pause,
      signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    })
    return {
      status: statusCode,
      url: url.href,
      headers: Object.fromEntries(
        Object.entries(received).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(', ') : (value ?? ''),
        ]),
      ),
      body: {
        [Symbol.asyncIterator]: () => flow(body),
        dump: async () => {
          const enough = setTimeout(() => body.destroy(), dumped.patience)
          await body.dump({ limit: dumped.limit }).catch(() => undefined)
          clearTimeout(enough)
        },
      },
      abort,
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (error instanceof LocalAddressError || error instanceof KindlingError) throw error
    throw new KindlingError('network-unreachable', { host: url.host, reason: reasonOf(error) }, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/** @throws usage when it is not an http(s) address, or holds a password: what is shown and kept would hold it, too */
export function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:')
    throw new KindlingError('usage', { reason: say('no-web-address', { url: showUrl(url) }) })
  if (holdsPassword(parsed))
    throw new KindlingError('usage', {
      reason: say('address-with-password', { url: showUrl(parsed) }),
    })
  return parsed
}

export const holdsPassword = ({ username, password }: URL): boolean => username !== '' || password !== ''

/** An address for people: without what may be a secret, a user name, a password or a query. */
export function showUrl(url: URL | string): string {
  const text = typeof url === 'string' ? url : url.href
  const [, place = '', query] = /^([^?#]*)(\?)?/s.exec(text) ?? []
  return plain(
    `${place.replace(/^([a-z][a-z0-9+.-]*:)?([/\\]{2})[^/\\]*@/i, '$1$2')}${query === undefined ? '' : '?…'}`,
    300,
  )
}

/** Milliseconds that a small answer may take as a whole. */
const maxReading = 120_000

/** The whole body, for answers that must be small. @throws network-unreachable, http-status when it is larger */
export async function readAll(answer: HttpAnswer, maxBytes: number, maxMilliseconds = maxReading): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  const { host } = new URL(answer.url)
  const timer = setTimeout(
    () => answer.abort(new Error(say('answer-incomplete', { seconds: maxMilliseconds / 1000 }))),
    maxMilliseconds,
  )
  try {
    for await (const part of answer.body) {
      length += part.byteLength
      if (length > maxBytes) break
      parts.push(part)
    }
  } catch (error) {
    throw new KindlingError('network-unreachable', { host, reason: reasonOf(error) }, { cause: error })
  } finally {
    clearTimeout(timer)
  }
  if (length > maxBytes)
    throw new KindlingError('http-status', {
      host,
      status: say('answer-too-long', { most: maxBytes }),
      url: showUrl(answer.url),
    })
  return Buffer.concat(parts)
}
