import type { Artifact } from '../../src-shared/artifact.ts'
import { parseUrl, type Referrer } from '../net/http.ts'
import { requestAs } from '../image/source/request-as.ts'
import { openHttpSource } from '../image/source/http-source.ts'
import { measureImage } from '../image/decode/measure-image.ts'
import type { Source } from '../image/source/source.ts'
import type { Ports } from '../ports.ts'

/**
 * Number of retries. Only one, because there are many images to request and a missing one matters
 * little.
 */
const retries = 1
/**
 * A .gz file states its size modulo 4 GiB (RFC 1952, 2.3.1). Each of these may have to be added to
 * it.
 */
const gzipSpans = [0, 1, 2, 3].map((span) => span * 2 ** 32)

/**
 * Determines the hash and the possible sizes of an artifact's raw bytes, from its metadata and its
 * server, without downloading it. Returns null if the hash or the size is unknown.
 * @param referrer – the server whose metadata list the artifact
 * @throws the failures of the network and of the image
 */
export async function measureArtifact(
  ports: Pick<Ports, 'http' | 'now' | 'sleep' | 'random'>,
  artifact: Artifact,
  referrer: Referrer,
  signal: AbortSignal,
): Promise<{ sha256: string; sizes: number[] } | null> {
  const url = parseUrl(artifact.location)
  const asking = { ...ports, http: requestAs(ports.http, { referrer }) }
  const source = await openHttpSource(asking, url.href, { retries }, signal)
  const { compression, imageSize } = await measureImage(source, url.pathname, signal)
  const sha256 = compression === null ? artifact.sha256 : artifact.uncompressedSha256
  const sizes = compression === 'gz' ? await readGzipSizes(source, signal) : imageSize === null ? [] : [imageSize]
  return sha256 === null || sizes.length === 0 ? null : { sha256: sha256.toLowerCase(), sizes }
}

async function readGzipSizes(source: Source, signal: AbortSignal): Promise<number[]> {
  if (source.size === null || source.size < 18) return []
  const end = await source.range(source.size - 4, 4, signal)
  if (end === null) return []
  const stated = new DataView(end.buffer, end.byteOffset, 4).getUint32(0, true)
  return gzipSpans.map((span) => span + stated).filter((size) => size > 0)
}
