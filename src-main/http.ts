import type { Dispatcher } from 'undici'
import { KindlingError, reasonOf } from '../src-shared/failure.ts'

export interface HttpRequest {
  url: string
  method?: 'GET' | 'HEAD'
  headers?: Record<string, string>
  signal?: AbortSignal
}

export interface HttpAnswer {
  status: number
  /** Where the answer came from, after redirects. */
  url: string
  /** By lower-case name. */
  headers: Record<string, string>
  body: AsyncIterable<Uint8Array> & { dump(): Promise<void> }
}

/** One request. Bodies are bytes as sent: `Content-Encoding` is never undone, since hashes cover the file as published. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>

const redirects = new Set([301, 302, 303, 307, 308])
const maxRedirects = 10

/**
 * Requests over HTTP and HTTPS, following redirects but never one that gives up encryption.
 * @param connect gives another pool of connections than undici's own, for all requests the same
 * @throws network-unreachable, redirect-refused, and what `connect` throws
 */
export function createHttp(
  connect: () => Dispatcher | undefined | Promise<Dispatcher | undefined> = () => undefined,
): Http {
  return async ({ url, method = 'GET', headers = {}, signal }) => {
    const dispatcher = await connect()
    let current = parseUrl(url)
    for (let hops = 0; ; hops++) {
      const answer = await send(current, method, headers, signal, dispatcher)
      const location = answer.headers['location']
      if (!redirects.has(answer.status) || location === undefined) return answer
      await answer.body.dump()
      const next = URL.canParse(location, current) ? new URL(location, current) : null
      const refuse = (reason: string) =>
        new KindlingError('redirect-refused', { from: current.href, to: location, reason })
      if (next === null) throw refuse('it is not an address')
      if (next.protocol !== 'https:' && next.protocol !== 'http:') throw refuse(`${next.protocol} is not the web`)
      if (current.protocol === 'https:' && next.protocol !== 'https:') throw refuse('it would give up encryption')
      if (hops === maxRedirects) throw refuse(`there were ${maxRedirects} redirects before it`)
      current = next
    }
  }
}

async function send(
  url: URL,
  method: 'GET' | 'HEAD',
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
  dispatcher: Dispatcher | undefined,
): Promise<HttpAnswer> {
  try {
    // Loaded when it is needed: it takes longer to start than all the rest.
    const { request } = await import('undici')
    const answer = await request(url, {
      method,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'kindling', ...headers },
      headersTimeout: 30_000,
      bodyTimeout: 30_000,
      ...(signal && { signal }),
      ...(dispatcher && { dispatcher }),
    })
    return {
      status: answer.statusCode,
      url: url.href,
      headers: Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(', ') : (value ?? ''),
        ]),
      ),
      body: answer.body as HttpAnswer['body'],
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw new KindlingError('network-unreachable', { host: url.host, reason: reasonOf(error) }, { cause: error })
  }
}

/** @throws usage when it is not an http(s) address */
export function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:')
    throw new KindlingError('usage', { reason: `"${url}" is not an http or https address` })
  return parsed
}

/** The whole body, for answers that must be small. @throws network-unreachable, http-status when it is larger */
export async function readAll(answer: HttpAnswer, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of answer.body) {
      length += part.byteLength
      if (length > maxBytes) break
      parts.push(part)
    }
  } catch (error) {
    throw new KindlingError(
      'network-unreachable',
      { host: new URL(answer.url).host, reason: reasonOf(error) },
      { cause: error },
    )
  }
  if (length > maxBytes)
    throw new KindlingError('http-status', {
      host: new URL(answer.url).host,
      status: `more than ${maxBytes} bytes`,
      url: answer.url,
    })
  return Buffer.concat(parts)
}
