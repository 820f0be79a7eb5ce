import { join } from 'node:path'
import { z } from 'zod'
import type { Catalog, Releases } from '../../src-shared/artifact.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { findRelease } from '../../src-shared/release-number.ts'
import { fetchStream } from './fetch-stream.ts'
import { parseRelease } from './parse-release.ts'
import { parseMetadata, type StreamContent } from './parse-stream.ts'
import { readReleases } from './read-catalog.ts'
import { readSeen, type CatalogPorts, type CatalogWish } from './read-seen.ts'
import { buildsAddress, releaseAddress } from './stream-address.ts'
import { name } from './stream-file.ts'

export interface ReleaseWish extends CatalogWish {
  /** Number of the release. */
  release: string
}

/**
 * Returns the content of one release of a stream, under the rules of `readCatalog`. The index of
 * the stream says where its metadata are.
 * @throws release-unknown, release-unpublished, release-pruned, address-refused; otherwise as
 *   `readReleases`
 */
export async function readRelease(ports: CatalogPorts, wish: ReleaseWish): Promise<Catalog> {
  const { stream, release } = wish
  const index = await readReleases(ports, wish)
  const found = index.releases.find(({ version }) => version === release)
  if (found === undefined) {
    const code = index.offline === null && (await wasBuilt(ports, wish)) ? 'release-unpublished' : 'release-unknown'
    throw new KindlingError(code, { stream, release, near: findNear(index.releases, release) })
  }
  const address = releaseAddress(found.location, stream, index.baseUrl)
  const { content, doubts, ...about } = await readSeen(ports, wish, {
    address,
    cache: join(ports.paths.cache, 'releases'),
    parse: (text) => parseRelease(text, { stream, release }),
    datable: (content: StreamContent) => content,
  }).catch((error: unknown) => {
    if (!(error instanceof KindlingError) || error.code !== 'stream-unknown') throw error
    throw new KindlingError('release-pruned', { release, url: address.url }, { cause: error })
  })
  return { ...content, ...about, doubts: [...new Set([...index.doubts, ...doubts])], baseUrl: index.baseUrl }
}

const mostNear = 3

/**
 * Returns the releases that the wanted one may be meant for, newest first: those whose numbers
 * begin like it, else those nearest in time, else the newest ones.
 */
function findNear(releases: Releases['releases'], wanted: string): string[] {
  const alike = releases.filter(({ version }) => version.startsWith(wanted))
  const day = Date.parse(findRelease(wanted)?.date ?? '')
  const away = (date: string | null) => Math.abs(Date.parse(date ?? '') - day)
  const nearest = releases.filter(({ date }) => away(date) >= 0).toSorted((a, b) => away(a.date) - away(b.date))
  const near = (alike.length > 0 ? alike : nearest.length > 0 ? nearest : releases).slice(0, mostNear)
  return releases.filter((each) => near.includes(each)).map(({ version }) => version)
}

const buildsFile = z.object({ builds: z.array(z.object({ id: name })) })

/** Tells whether the server lists a build that was never published. A mirror may have no list. */
async function wasBuilt({ http }: CatalogPorts, { stream, baseUrl, release, signal }: ReleaseWish): Promise<boolean> {
  try {
    const { bytes } = await fetchStream(http, buildsAddress(stream, baseUrl), null, signal)
    return parseMetadata(bytes!, buildsFile).builds.some(({ id }) => id === release)
  } catch {
    signal?.throwIfAborted()
    return false
  }
}
