import type { Artifact, Catalog } from '../../src-shared/artifact.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { recallOlderOf, type OlderArtifacts } from './older-releases.ts'
import { selectArtifacts, type Narrowing } from './select-artifacts.ts'
import { streamAddress } from './stream-address.ts'

/**
 * Selects the files of the release that the user confirmed. If the stream has a newer release by
 * now, they come from the cache. Without a confirmed release, the current files are selected.
 * @returns the files, and whether the server that listed them was public
 * @throws artifact-unknown; release-gone when the stream has another release and the confirmed one
 *   is not in the cache
 */
export async function selectAgreed(
  cacheDirectory: string,
  catalog: Catalog,
  { release, ...choice }: Required<Narrowing> & { release?: string | undefined },
): Promise<OlderArtifacts> {
  const { isPublic } = catalog
  if (release === undefined) return { artifacts: selectArtifacts(catalog, choice), isPublic }
  const find = (artifacts: Artifact[]) =>
    artifacts.filter(
      (artifact) =>
        artifact.release === release &&
        artifact.architecture === choice.architecture &&
        artifact.platform === choice.platform &&
        artifact.format === choice.format,
    )
  const now = find(catalog.artifacts)
  if (now.length > 0) return { artifacts: now, isPublic }
  for await (const older of recallOlderOf(cacheDirectory, streamAddress(catalog.stream, catalog.baseUrl))) {
    const artifacts = find(older.artifacts)
    if (artifacts.length > 0) return { artifacts, isPublic: older.isPublic }
  }
  throw new KindlingError('release-gone', {
    stream: catalog.stream,
    now: selectArtifacts(catalog, choice)[0]!.release,
    release,
  })
}
