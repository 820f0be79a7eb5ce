import type { Catalog } from '../../src-shared/artifact.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import type { Ports } from '../ports.ts'
import { fetchStream } from './fetch-stream.ts'
import { findDoubts, type Datable } from './find-doubts.ts'
import { keepOlder } from './older-releases.ts'
import type { SeenStream } from './seen-stream.ts'
import type { StreamAddress } from './stream-address.ts'
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

export interface CatalogWish {
  stream: string
  baseUrl: string
  offline?: boolean | undefined
  signal?: AbortSignal | undefined
}

export type CatalogPorts = Pick<Ports, 'http' | 'paths' | 'now'>

/** Metadata of one kind: where they are, and how they are read. */
export interface Kind<T> {
  address: StreamAddress
  cache: string
  /** @throws metadata-malformed */
  parse: (text: string | Uint8Array) => T
  datable: (content: T) => Datable
}

/**
 * Returns metadata of one kind, requested or as they were seen last; see `readCatalog`.
 * @throws stream-unknown, and the failures of `readCatalog` where nothing was seen before
 */
export async function readSeen<T>(
  ports: CatalogPorts,
  { stream, offline: isOffline, signal }: CatalogWish,
  kind: Kind<T>,
): Promise<Pick<Catalog, 'doubts' | 'isPublic' | 'seenAt' | 'ageSeconds' | 'offline'> & { content: T }> {
  const { address, cache, datable } = kind
  signal?.throwIfAborted()
  const last = await recallContent(kind)

  const answerOf = ({ seen, content }: Seen<T>, offline: Said | null) => ({
    content,
    doubts: findDoubts(datable(content), last && datable(last.content), ports.now()),
    isPublic: seen.isPublic,
    seenAt: seen.seenAt,
    // The age must not be negative if the clock was set back.
    ageSeconds: Math.max(0, Math.floor((ports.now() - seen.seenAt) / 1000)),
    offline,
  })

  if (isOffline) {
    const reason = say('not-asked')
    if (last !== null) return answerOf(last, reason)
    throw new KindlingError('network-unreachable', {
      host: new URL(address.url).host,
      reason: say('not-asked-never-seen', { stream }),
    })
  }
  try {
    const fresh = await askServer(ports, kind, last, signal)
    const answer = answerOf(fresh, null)
    // Doubtful metadata do not replace the newest ones, so that the next answer is also compared
    // with the newest.
    if (last === null || answer.doubts.length === 0) await rememberStream(cache, address, fresh.seen)
    else await keepOlder(cache, address, fresh.seen)
    return answer
  } catch (error) {
    signal?.throwIfAborted()
    if (last === null || !(error instanceof KindlingError) || !outages.has(error.code)) throw error
    return answerOf(last, reasonOf(error))
  }
}

interface Seen<T> {
  seen: SeenStream
  content: T
}

async function recallContent<T>({ cache, address, parse }: Kind<T>): Promise<Seen<T> | null> {
  const seen = await recallStream(cache, address)
  if (seen === null) return null
  try {
    return { seen, content: parse(seen.text) }
  } catch {
    return null
  }
}

async function askServer<T>(
  { http, now }: CatalogPorts,
  { address, parse }: Kind<T>,
  last: Seen<T> | null,
  signal: AbortSignal | undefined,
): Promise<Seen<T>> {
  const { bytes, etag, lastModified, isPublic } = await fetchStream(http, address, last?.seen ?? null, signal)
  if (bytes === null) {
    // Metadata of a public server remain public, even if its name now resolves to a private
    // address.
    const { seen, content } = last!
    return { content, seen: { ...seen, seenAt: now(), isPublic: seen.isPublic || isPublic } }
  }
  const content = parse(bytes)
  return { content, seen: { text: new TextDecoder().decode(bytes), etag, lastModified, seenAt: now(), isPublic } }
}
