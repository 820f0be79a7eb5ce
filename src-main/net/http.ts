import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { plain } from '../../src-shared/plain.ts'
import { say, type Phrase } from '../../src-shared/phrases.ts'
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
  /** The server that named this address; left out where a person did. */
  namedBy?: Referrer | undefined
}

/** A server that named an address: in metadata, or by a redirect. */
export interface Referrer {
  url: string
  /**
   * The server was on a public network when it was asked. It may then not name an address of this
   * computer or of its own network. Kept with all that is kept of its words: a name may lead
   * elsewhere later.
   */
  isPublic: boolean
}

export interface HttpAnswer {
  status: number
  /** Where the answer came from, after redirects. */
  url: string
  /** A public server gave the answer, or led to it. */
  isPublic: boolean
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
  /** Until the headers of an answer, connecting included, redirects apart. */
  answer: number
  /** Between two parts of a body. */
  pause: number
}

/** A server that sends nothing for a time. */
export class SilenceError extends Error {
  readonly seconds: number

  constructor(milliseconds: number, options?: ErrorOptions) {
    const seconds = milliseconds / 1000
    super(say('no-answer', { seconds }), options)
    this.seconds = seconds
  }
}

const redirects = new Set([301, 302, 303, 307, 308])
const maxRedirects = 10
/** Bytes of a body that are read so that its connection can serve again; and milliseconds. */
const dumped = { limit: 64 * 1024, patience: 1000 }

/**
 * Requests over HTTP and HTTPS, following redirects. An address that a server gave, in metadata or
 * by a redirect, is not asked if it gives up encryption, holds a password, or leads from a public
 * server to this computer or its own network. Cookies are neither kept nor sent.
 * @throws network-unreachable, redirect-refused, address-refused, usage
 */
export function createHttp({
  patience = { answer: 30_000, pause: 30_000 },
  ...options
}: ConnectionOptions & { patience?: HttpPatience } = {}): Http {
  const connections = createConnections(options)
  return async ({ url, namedBy, ...request }) => {
    let current = parseUrl(url)
    let fromPublic = namedBy?.isPublic ?? false
    let from = namedBy?.url
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
 * Why an address that a server gave is not asked, as far as its text tells; null where it may be
 * asked.
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
    throw new KindlingError('network-unreachable', { host: url.host, reason: messageOf(cause) }, { cause })
  } finally {
    clearTimeout(timer)
  }
}

/** The failure that an answer tells by its status. */
export function statusError({ status, url, headers }: Pick<HttpAnswer, 'status' | 'url' | 'headers'>): KindlingError {
  const code = refusals.get(status) ?? 'http-status'
  const later = headers['retry-after']
  return new KindlingError(
    code,
    { host: new URL(url).host, status, url: showUrl(url) },
    later === undefined ? {} : { cause: new RetryLater(later) },
  )
}

const refusals = new Map<number, FailureCode>([
  [401, 'login-wanted'],
  [403, 'request-forbidden'],
  [407, 'proxy-login-wanted'],
  [451, 'request-forbidden'],
])

/** A server says when it wants to be asked again. */
export class RetryLater extends Error {
  /** As in `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). */
  readonly when: string

  constructor(when: string) {
    super(`Retry-After: ${plain(when, 100)}`)
    this.when = when
  }
}

/** What undici says where a proxy refuses to make a tunnel, or wants a login. */
const proxyRefusal = /^Proxy (?:response|Authentication Required) \((\d{3})\)/

/** The failure of a request that a proxy refused for good; null for others. */
function proxyError(host: string, error: unknown): KindlingError | null {
  const status = Number(proxyRefusal.exec((error as Error).message)?.[1] ?? 0)
  if (status < 400 || status >= 500) return null
  const code = status === 407 ? 'proxy-login-wanted' : 'proxy-refused'
  return new KindlingError(code, { host, status }, { cause: error })
}

/** Milliseconds that undici tries to connect. */
const connectTimeout = 10_000

/** Replaces the errors of undici for what does not come. @param pause milliseconds */
function nameSilence(error: unknown, pause: number): unknown {
  const { code } = error as { code?: string }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return new SilenceError(connectTimeout, { cause: error })
  const isPause = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT'
  return isPause ? new SilenceError(pause, { cause: error }) : error
}

/** Why a request failed. Of a silence the error behind it is for the log alone. */
export const messageOf = (error: unknown): string => (error instanceof SilenceError ? error.message : reasonOf(error))

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

/**
 * The whole body, for answers that must be small. One that was encoded on its way, though nobody
 * asked for it, is decoded.
 * @throws network-unreachable, http-status when it is larger
 */
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
    throw new KindlingError('network-unreachable', { host, reason: messageOf(error) }, { cause: error })
  } finally {
    clearTimeout(timer)
  }
  if (length > maxBytes)
    throw new KindlingError('http-status', {
      host,
      status: say('answer-too-long', { most: maxBytes }),
      url: showUrl(answer.url),
    })
  return undoEncoding(answer.headers['content-encoding'], Buffer.concat(parts), maxBytes)
}

const decoders: Record<string, (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}

/** Bytes without their `Content-Encoding`; as they are where it does not hold. */
async function undoEncoding(encoding: string | undefined, bytes: Uint8Array, maxOutputLength: number) {
  const decode = decoders[encoding?.trim().toLowerCase() ?? '']
  return decode === undefined ? bytes : decode(bytes, { maxOutputLength }).catch(() => bytes)
}
