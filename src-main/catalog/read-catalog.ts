import type { Catalog } from '../../src-shared/artifact.ts'
import { KindlingError, toFailure } from '../../src-shared/failure.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { say } from '../../src-shared/phrases.ts'
import type { Ports } from '../ports.ts'
import { fetchStream } from './fetch-stream.ts'
import { findDoubts } from './find-doubts.ts'
import { keepOlder } from './older-releases.ts'
import { parseStream, type StreamContent } from './parse-stream.ts'
import type { SeenStream } from './seen-stream.ts'
import { streamAddress, type StreamAddress } from './stream-address.ts'
import { recallStream, rememberStream } from './stream-cache.ts'

/**
 * Failures that say nothing about the stream itself. The metadata last seen may be used instead.
 */
const outages: ReadonlySet<string> = new Set<FailureCode>([
  'network-unreachable',
  'http-status',
  'login-wanted',
  'proxy-login-wanted',
  'proxy-refused',
  'request-forbidden',
  'redirect-refused',
  'metadata-malformed',
])

/**
 * Returns the content of a stream. It is requested from the server. If the server gives no usable
 * answer, the metadata last seen are returned, and `offline` of the result states the reason. With
 * `offline` in `wish`, no request is made.
 * @throws usage, stream-unknown; and where nothing was seen before: network-unreachable,
 *   http-status, redirect-refused, metadata-malformed
 */
export async function readCatalog(
  ports: Pick<Ports, 'http' | 'paths' | 'now'>,
  wish: { stream: string; baseUrl: string; offline?: boolean | undefined; signal?: AbortSignal | undefined },
): Promise<Catalog> {
  const { signal } = wish
  const address = streamAddress(wish.stream, wish.baseUrl)
  signal?.throwIfAborted()
  const last = await recallContent(ports.paths.cache, address)

  const catalog = ({ seen, content }: Seen, offline: string | null): Catalog => ({
    ...content,
    doubts: findDoubts(content, last?.content ?? null, ports.now()),
    baseUrl: address.baseUrl,
    isPublic: seen.isPublic,
    seenAt: seen.seenAt,
    // The age must not be negative if the clock was set back.
    ageSeconds: Math.max(0, Math.floor((ports.now() - seen.seenAt) / 1000)),
    offline,
  })

  if (wish.offline) {
    const reason = say('not-asked')
    if (last !== null) return catalog(last, reason)
    throw new KindlingError('network-unreachable', {
      host: new URL(address.url).host,
      reason: say('not-asked-never-seen', { stream: address.stream }),
    })
  }
  try {
    const fresh = await askServer(ports, address, last, signal)
    const answer = catalog(fresh, null)
    // Doubtful metadata do not replace the newest ones, so that the next answer is also compared
    // with the newest.
    if (last === null || answer.doubts.length === 0) await rememberStream(ports.paths.cache, address, fresh.seen)
    else await keepOlder(ports.paths.cache, address, fresh.seen)
    return answer
  } catch (error) {
    signal?.throwIfAborted()
    if (last === null || !(error instanceof KindlingError) || !outages.has(error.code)) throw error
    return catalog(last, toFailure(error).title)
  }
}

interface Seen {
  seen: SeenStream
  content: StreamContent
}

async function recallContent(cacheDirectory: string, address: StreamAddress): Promise<Seen | null> {
  const seen = await recallStream(cacheDirectory, address)
  if (seen === null) return null
  try {
    return { seen, content: parseStream(seen.text, address.stream) }
  } catch {
    return null
  }
}

async function askServer(
  { http, now }: Pick<Ports, 'http' | 'now'>,
  address: StreamAddress,
  last: Seen | null,
  signal: AbortSignal | undefined,
): Promise<Seen> {
  const { bytes, etag, lastModified, isPublic } = await fetchStream(http, address, last?.seen ?? null, signal)
  if (bytes === null) {
    // Metadata of a public server remain public, even if its name now resolves to a private
    // address.
    const { seen, content } = last!
    return { content, seen: { ...seen, seenAt: now(), isPublic: seen.isPublic || isPublic } }
  }
  const content = parseStream(bytes, address.stream)
  return { content, seen: { text: new TextDecoder().decode(bytes), etag, lastModified, seenAt: now(), isPublic } }
}
