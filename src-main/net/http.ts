import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { plain } from '../../src-shared/plain.ts'
import { PhraseError, say, type Phrase } from '../../src-shared/phrases.ts'
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
  /** The server that supplied this URL. Omitted if the user supplied it. */
  referrer?: Referrer | undefined
}

/** A server that supplied a URL, in metadata or by a redirect. */
export interface Referrer {
  url: string
  /**
   * True if the server was on a public network at the time of the request. Such a server must not
   * supply a URL on this computer or its own network. The flag is stored with everything that the
   * server supplied, because a host name may resolve to another address later.
   */
  isPublic: boolean
}

export interface HttpAnswer {
  status: number
  /** The URL of the response, after redirects. */
  url: string
  /** True if a public server sent the response or redirected to it. */
  isPublic: boolean
  /** Headers by lower-case name. */
  headers: Record<string, string>
  /** The body. `dump` discards the rest of it and never fails. */
  body: AsyncIterable<Uint8Array> & { dump(): Promise<void> }
  /** Aborts the body. Reading it then throws the reason. */
  abort(reason: Error): void
}

/**
 * Sends one request. The body is returned as sent: `Content-Encoding` is not decoded, because
 * hashes cover the file as published.
 */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>

/** Timeouts, in milliseconds. */
export interface HttpPatience {
  /** Timeout for the response headers, including the connection. Every redirect starts it again. */
  answer: number
  /** Timeout between two chunks of a body. */
  pause: number
}

/** A timeout: the server has sent nothing for a number of seconds. */
export class SilenceError extends PhraseError {
  readonly seconds: number

  constructor(milliseconds: number, options?: ErrorOptions) {
    const seconds = milliseconds / 1000
    super(say('no-answer', { seconds }), options)
    this.seconds = seconds
  }
}

const redirects = new Set([301, 302, 303, 307, 308])
const maxRedirects = 10
/**
 * Limits for reading the rest of an unwanted body, so that its connection can be reused: `limit` in
 * bytes, `patience` in milliseconds.
 */
const dumped = { limit: 64 * 1024, patience: 1000 }

/**
 * Creates an HTTP and HTTPS client that follows redirects. Cookies are neither stored nor sent.
 *
 * A URL that a server supplied, in metadata or by a redirect, is refused if it gives up encryption
 * or contains a password. A URL from a public server is also refused if it leads to this computer
 * or its own network.
 * @throws network-unreachable, redirect-refused, address-refused, usage
 */
export function createHttp({
  patience = { answer: 30_000, pause: 30_000 },
  ...options
}: ConnectionOptions & { patience?: HttpPatience } = {}): Http {
  const connections = createConnections(options)
  return async ({ url, referrer, ...request }) => {
    let current = parseUrl(url)
    let fromPublic = referrer?.isPublic ?? false
    let from = referrer?.url
    const refuse = (hops: number, to: URL | string, reason: Phrase) =>
      new KindlingError(hops === 0 ? 'address-refused' : 'redirect-refused', {
        from: showUrl(from ?? ''),
        to: showUrl(to),
        reason,
      })
    for (let hops = 0; ; hops++) {
      const reason = from === undefined ? null : findRefusal(new URL(from), current)
      if (reason !== null) throw refuse(hops, current, reason)
      const answer = await send(connections, current, fromPublic, patience, request).catch((error: unknown) => {
        throw error instanceof LocalAddressError ? refuse(hops, current, say('into-own-network')) : error
      })
      fromPublic ||= !(await connections.isLocal(current))
      const location = answer.headers['location']
      if (!redirects.has(answer.status) || location === undefined) return { ...answer, isPublic: fromPublic }
      await answer.body.dump()
      from = current.href
      if (!URL.canParse(location, current)) throw refuse(hops + 1, location, say('redirect-nowhere'))
      current = new URL(location, current)
      if (hops === maxRedirects) throw refuse(hops + 1, current, say('redirects-too-many', { most: maxRedirects }))
    }
  }
}

/**
 * Returns the reason to refuse a URL that a server supplied, or null. Only the text of the URL is
 * checked here.
 */
function findRefusal(from: URL, to: URL): Phrase | null {
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return say('redirect-not-web', { protocol: to.protocol })
  if (from.protocol === 'https:' && to.protocol !== 'https:') return say('redirect-unencrypted')
  return holdsPassword(to) ? say('redirect-with-password') : null
}

async function send(
  connections: Connections,
  url: URL,
  publicOnly: boolean,
  patience: HttpPatience,
  { method = 'GET', headers = {}, signal }: Omit<HttpRequest, 'url'>,
): Promise<Omit<HttpAnswer, 'isPublic'>> {
  if (publicOnly && namesLocal(url.hostname)) throw new LocalAddressError(url.hostname)
  const stop = new AbortController()
  const abort = (reason: Error) => stop.abort(reason)
  const timer = setTimeout(() => abort(new SilenceError(patience.answer)), patience.answer)
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
        [Symbol.asyncIterator]: () => flow(body, (error) => nameSilence(error, patience.pause)),
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
    const refused = proxyError(url.host, error)
    if (refused !== null) throw refused
    const cause = nameSilence(error, patience.pause)
    throw new KindlingError('network-unreachable', { host: url.host, reason: reasonOf(cause) }, { cause })
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Returns the failure for a response that cannot be used.
 * @param reason – the fault, where it is not the status code
 */
export function statusError(
  { status, url, headers }: Pick<HttpAnswer, 'status' | 'url' | 'headers'>,
  reason?: Phrase,
): KindlingError {
  const code = refusals.get(status) ?? 'http-status'
  const later = headers['retry-after']
  return new KindlingError(
    code,
    { host: new URL(url).host, status: reason ?? status, url: showUrl(url) },
    later === undefined ? {} : { cause: new RetryLater(later) },
  )
}

const refusals = new Map<number, 'login-wanted' | 'request-forbidden' | 'proxy-login-wanted'>([
  [401, 'login-wanted'],
  [403, 'request-forbidden'],
  [407, 'proxy-login-wanted'],
  [451, 'request-forbidden'],
])

/** The value of a `Retry-After` header, as the cause of a failure. */
export class RetryLater extends Error {
  /** The value of `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). */
  readonly when: string

  constructor(when: string) {
    super(`Retry-After: ${plain(when, 100)}`)
    this.when = when
  }
}

/** Matches undici's error message when a proxy refuses a tunnel or requires a login. */
const proxyRefusal = /^Proxy (?:response|Authentication Required) \((\d{3})\)/

/**
 * Returns the failure for a request that a proxy refused with a 4xx status, which a retry does not
 * change. Returns null for any other error.
 */
function proxyError(host: string, error: unknown): KindlingError | null {
  const status = Number(proxyRefusal.exec((error as Error).message)?.[1] ?? 0)
  if (status < 400 || status >= 500) return null
  const code = status === 407 ? 'proxy-login-wanted' : 'proxy-refused'
  return new KindlingError(code, { host, status }, { cause: error })
}

/** Connection timeout of undici, in milliseconds. */
const connectTimeout = 10_000

/**
 * Replaces undici's timeout errors with a `SilenceError`.
 * @param pause – the timeout between two chunks, in milliseconds
 */
function nameSilence(error: unknown, pause: number): unknown {
  const { code } = error as { code?: string }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return new SilenceError(connectTimeout, { cause: error })
  const isPause = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT'
  return isPause ? new SilenceError(pause, { cause: error }) : error
}

/**
 * Parses a URL.
 * @throws usage if it is not an http(s) URL, or contains a password: the URL is shown and stored
 */
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

/**
 * Returns a URL for display. User name, password and query are removed, because they may be secret.
 */
export function showUrl(url: URL | string): string {
  const text = typeof url === 'string' ? url : url.href
  const [, place = '', query] = /^([^?#]*)(\?)?/s.exec(text) ?? []
  return plain(
    `${place.replace(/^([a-z][a-z0-9+.-]*:)?([/\\]{2})[^/\\]*@/i, '$1$2')}${query === undefined ? '' : '?…'}`,
    300,
  )
}
