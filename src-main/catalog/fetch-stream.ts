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

/**
 * Asks for a stream's metadata, unless it is still the version that is held.
 * @returns null when nothing changed
 * @throws stream-unknown, http-status, network-unreachable, redirect-refused
 */
export async function fetchStream(
  http: Http,
  { stream, baseUrl, url }: StreamAddress,
  held: Version | null,
  signal: AbortSignal | undefined,
): Promise<(Version & { bytes: Uint8Array }) | null> {
  const answer = await http({
    url,
    headers: {
      ...(held?.etag && { 'if-none-match': held.etag }),
      ...(held?.lastModified && { 'if-modified-since': held.lastModified }),
    },
    ...(signal && { signal }),
  })
  if (answer.status === 200) {
    const { etag = null, 'last-modified': lastModified = null } = answer.headers
    return { bytes: await readAll(answer, maxStreamBytes), etag, lastModified }
  }
  await answer.body.dump()
  if (answer.status === 304 && held !== null) return null
  if (unknownStatuses.has(answer.status)) throw new KindlingError('stream-unknown', { stream, baseUrl })
  throw new KindlingError('http-status', {
    host: new URL(answer.url).host,
    status: answer.status,
    url: showUrl(answer.url),
  })
}
