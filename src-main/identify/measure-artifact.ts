import type { Artifact } from '../../src-shared/artifact.ts'
import { parseUrl, type Referrer } from '../net/http.ts'
import { askAs } from '../image/source/ask-as.ts'
import { openHttpSource } from '../image/source/http-source.ts'
import { measureImage } from '../image/decode/measure-image.ts'
import type { Source } from '../image/source.ts'
import type { Ports } from '../ports.ts'

/** Tries after the first. There are many images to ask for, and one that is missed costs little. */
const retries = 1
/** A .gz file states its size modulo 4 GiB (RFC 1952, 2.3.1): it may have any of these more. */
const gzipSpans = [0, 1, 2, 3].map((span) => span * 2 ** 32)

/**
 * The raw bytes of an artifact, told by its metadata and its server without fetching it: their hash, and the sizes that they
 * may have. Null when neither says.
 * @param namedBy – the server whose metadata it is
 * @throws the failures of the network and of the image
 */
export async function measureArtifact(
  ports: Pick<Ports, 'http' | 'now' | 'sleep' | 'random'>,
  artifact: Artifact,
  namedBy: Referrer,
  signal: AbortSignal,
): Promise<{ sha256: string; sizes: number[] } | null> {
  const url = parseUrl(artifact.location)
  const asking = { ...ports, http: askAs(ports.http, { namedBy }) }
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
