import { KindlingError } from '../../src-shared/failure.ts'
import { readAll, showUrl, type Http } from '../http.ts'
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
  if (unknownStatuses.has(answer.status)) throw new KindlingError('stream-unknown', { stream, baseUrl })
  throw new KindlingError('http-status', {
    host: new URL(answer.url).host,
    status: answer.status,
    url: showUrl(answer.url),
  })
}
