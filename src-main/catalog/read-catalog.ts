import { join } from 'node:path'
import type { Catalog, Releases } from '../../src-shared/artifact.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { parseReleases, type ReleasesContent } from './parse-releases.ts'
import { parseStream, type StreamContent } from './parse-stream.ts'
import { readSeen, type CatalogPorts, type CatalogWish } from './read-seen.ts'
import { releasesAddress, streamAddress } from './stream-address.ts'

/**
 * Returns the content of a stream. It is requested from the server. If the server gives no usable
 * answer, the metadata last seen are returned, and `offline` of the result states the reason. With
 * `offline` in `wish`, no request is made.
 * @throws usage, stream-unknown; and where nothing was seen before: network-unreachable,
 *   http-status, redirect-refused, metadata-malformed
 */
export async function readCatalog(ports: CatalogPorts, wish: CatalogWish): Promise<Catalog> {
  const address = streamAddress(wish.stream, wish.baseUrl)
  const { content, ...about } = await readSeen(ports, wish, {
    address,
    cache: ports.paths.cache,
    parse: (text) => parseStream(text, wish.stream),
    datable: (stream: StreamContent) => stream,
  })
  return { ...content, ...about, baseUrl: address.baseUrl }
}

/**
 * Returns every release of a stream, under the rules of `readCatalog`.
 * @throws usage, releases-unknown; otherwise as `readCatalog`
 */
export async function readReleases(ports: CatalogPorts, wish: CatalogWish): Promise<Releases> {
  const { stream, baseUrl } = streamAddress(wish.stream, wish.baseUrl)
  const address = releasesAddress(wish.stream, wish.baseUrl)
  const { content, ...about } = await readSeen(ports, wish, {
    address,
    // Apart from the streams, because every file there is read as one.
    cache: join(ports.paths.cache, 'releases'),
    parse: (text) => parseReleases(text, stream),
    datable: ({ releases, ...index }: ReleasesContent) => ({
      ...index,
      artifacts: releases.slice(0, 1).map(({ version }) => ({ architecture: '', platform: '', release: version })),
    }),
  }).catch((error: unknown) => {
    if (!(error instanceof KindlingError) || error.code !== 'stream-unknown') throw error
    throw new KindlingError('releases-unknown', { stream, url: address.url }, { cause: error })
  })
  if (content.releases.length === 0) throw new KindlingError('releases-unknown', { stream, url: address.url })
  return { ...content, ...about, baseUrl }
}
