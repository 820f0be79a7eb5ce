import { KindlingError } from '../../src-shared/failure.ts'
import { statusError, type Http } from '../net/http.ts'
import { readAll } from '../net/read-all.ts'
import { knownStreams } from './known-streams.ts'
import type { StreamAddress } from './stream-address.ts'
import { maxStreamBytes } from './stream-file.ts'

/**
 * The server's identifiers of one version of a file, for conditional requests (RFC 9110, section
 * 13).
 */
export interface StreamVersion {
  etag: string | null
  lastModified: string | null
}

/**
 * Status codes that mean "does not exist". S3 and similar servers answer 403 if the client must not
 * list the directory.
 */
const unknownStatuses = new Set([403, 404, 410])

export interface FetchedStream extends StreamVersion {
  /** Null if the cached version is still current. */
  bytes: Uint8Array | null
  /** See `Referrer`. */
  isPublic: boolean
}

/**
 * Fetches a stream's metadata, unless the cached version is still current.
 * @param held – the cached version, or null
 * @throws stream-unknown, http-status, network-unreachable, redirect-refused
 */
export async function fetchStream(
  http: Http,
  { stream, baseUrl, url }: StreamAddress,
  held: StreamVersion | null,
  signal: AbortSignal | undefined,
): Promise<FetchedStream> {
  const answer = await http({
    url,
    headers: {
      ...(held?.etag && { 'if-none-match': held.etag }),
      ...(held?.lastModified && { 'if-modified-since': held.lastModified }),
    },
    ...(signal && { signal }),
  })
  const { isPublic } = answer
  if (answer.status === 200) {
    const { etag = null, 'last-modified': lastModified = null } = answer.headers
    return { bytes: await readAll(answer, maxStreamBytes), etag, lastModified, isPublic }
  }
  await answer.body.dump()
  if (answer.status === 304 && held !== null) return { ...held, bytes: null, isPublic }
  // Every mirror has Fedora's own streams, so 403 for one of them means "forbidden", not "does not
  // exist".
  const isRefused = answer.status === 403 && knownStreams.includes(stream)
  if (unknownStatuses.has(answer.status) && !isRefused) throw new KindlingError('stream-unknown', { stream, baseUrl })
  throw statusError(answer)
}
