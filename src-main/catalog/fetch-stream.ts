import { KindlingError } from '../../src-shared/failure.ts'
import { readAll, statusError, type Http } from '../net/http.ts'
import { knownStreams } from './known-streams.ts'
import type { StreamAddress } from './stream-address.ts'
import { maxStreamBytes } from './stream-file.ts'

/** How a server names one version of a file, for conditional requests (RFC 9110, section 13). */
export interface Version {
  etag: string | null
  lastModified: string | null
}

/** What S3 and its like answer for a file that is not there: 403 when the asker may not list the directory. */
const unknownStatuses = new Set([403, 404, 410])

export interface FetchedStream extends Version {
  /** Null when the version that is held is still the current one. */
  bytes: Uint8Array | null
  /** See `Referrer`. */
  isPublic: boolean
}

/**
 * Asks for a stream's metadata, unless it is still the version that is held.
 * @throws stream-unknown, http-status, network-unreachable, redirect-refused
 */
export async function fetchStream(
  http: Http,
  { stream, baseUrl, url }: StreamAddress,
  held: Version | null,
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
  // A stream that every mirror has is refused, rather than not there.
  const isRefused = answer.status === 403 && knownStreams.includes(stream)
  if (unknownStatuses.has(answer.status) && !isRefused) throw new KindlingError('stream-unknown', { stream, baseUrl })
  throw statusError(answer)
}
