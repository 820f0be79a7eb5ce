import type { Artifact, Catalog } from '../../src-shared/artifact.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { recallOlderOf } from './older-releases.ts'
import { readCatalog } from './read-catalog.ts'
import { readRelease } from './read-release.ts'
import type { CatalogPorts, CatalogWish } from './read-seen.ts'
import { readOlder } from './read-updates.ts'
import { selectArtifacts, type Narrowing } from './select-artifacts.ts'
import { streamAddress } from './stream-address.ts'

export interface AgreedWish extends CatalogWish {
  /** Release that the user chose; omitted for the stream as it is now. */
  release?: string | undefined
}

/**
 * Yields contents of a stream that may have one release: as it is now, as it was seen before, and
 * that release itself, by the index of the stream.
 * @param catalog – the stream as it is now
 * @throws the failures of `readRelease`, but for releases-unknown: a mirror need not have an index
 */
export async function* findContents(
  ports: CatalogPorts,
  { release, ...wish }: AgreedWish,
  catalog: Catalog,
): AsyncGenerator<Catalog, void> {
  yield catalog
  if (release === undefined) return
  for await (const older of recallOlderOf(ports.paths.cache, streamAddress(catalog.stream, catalog.baseUrl)))
    yield { ...catalog, ...older }
  try {
    const found = await readRelease(ports, { ...wish, release })
    yield { ...found, doubts: [...new Set([...catalog.doubts, ...found.doubts])] }
  } catch (error) {
    if (!(error instanceof KindlingError) || error.code !== 'releases-unknown') throw error
  }
}

/**
 * Returns the content of a stream, or that of one of its releases, and what an older one means.
 * @throws as `readCatalog` and `findContents`; release-gone
 */
export async function readAgreed(ports: CatalogPorts, wish: AgreedWish): Promise<Catalog> {
  const catalog = await readCatalog(ports, wish)
  const { release } = wish
  if (release === undefined) return catalog
  for await (const content of findContents(ports, wish, catalog)) {
    const artifacts = content.artifacts.filter((artifact) => artifact.release === release)
    if (artifacts.length === 0) continue
    return { ...content, artifacts, older: await readOlder(ports, wish, catalog.artifacts) }
  }
  throw new KindlingError('release-gone', { stream: wish.stream, now: releasesOf(catalog), release })
}

const releasesOf = ({ artifacts }: Catalog): string[] => [...new Set(artifacts.map(({ release }) => release))]

/**
 * Selects the files of the release that the user confirmed. If the stream has another release by
 * now, they come from the cache, or from the metadata of that release. Without a confirmed release,
 * the current files are selected.
 * @param contents – contents that may have the release; see `findContents`
 * @returns the files, and the content that listed them
 * @throws artifact-unknown; release-gone when the stream has another release and no content has the
 *   confirmed one; the errors of `contents`
 */
export async function selectAgreed(
  contents: AsyncIterable<Catalog>,
  catalog: Catalog,
  { release, ...choice }: Required<Narrowing> & { release?: string | undefined },
): Promise<Catalog> {
  if (release === undefined) return { ...catalog, artifacts: selectArtifacts(catalog, choice) }
  let other: Artifact[] = []
  for await (const content of contents) {
    const ofRelease = content.artifacts.filter((artifact) => artifact.release === release)
    const artifacts = ofRelease.filter(
      ({ architecture, platform, format }) =>
        architecture === choice.architecture && platform === choice.platform && format === choice.format,
    )
    if (artifacts.length > 0) return { ...content, artifacts }
    if (content !== catalog && ofRelease.length > 0) other = ofRelease
  }
  // The release is known, and lacks the file.
  const stream = `${catalog.stream} ${release}`
  if (other.length > 0) selectArtifacts({ ...catalog, stream, artifacts: other }, choice)
  throw new KindlingError('release-gone', {
    stream: catalog.stream,
    now: selectArtifacts(catalog, choice)[0]!.release,
    release,
  })
}
