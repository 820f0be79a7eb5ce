import type { Artifact, Catalog } from '../../src-shared/artifact.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { recallOlderOf } from './older-releases.ts'
import { selectArtifacts, type Narrowing } from './select-artifacts.ts'
import { streamAddress } from './stream-address.ts'

/**
 * The files of the release that a person agreed to, also when the stream has moved on since: then as they were kept. Without a
 * release, those that the stream has now.
 * @throws artifact-unknown; release-gone when the stream has another release, and nothing of that one was kept
 */
export async function selectAgreed(
  cacheDirectory: string,
  catalog: Catalog,
  { release, ...choice }: Required<Narrowing> & { release?: string | undefined },
): Promise<Artifact[]> {
  if (release === undefined) return selectArtifacts(catalog, choice)
  const find = (artifacts: Artifact[]) =>
    artifacts.filter(
      (artifact) =>
        artifact.release === release &&
        artifact.architecture === choice.architecture &&
        artifact.platform === choice.platform &&
        artifact.format === choice.format,
    )
  const now = find(catalog.artifacts)
  if (now.length > 0) return now
  for await (const artifacts of recallOlderOf(cacheDirectory, streamAddress(catalog.stream, catalog.baseUrl))) {
    const older = find(artifacts)
    if (older.length > 0) return older
  }
  throw new KindlingError('release-gone', {
    stream: catalog.stream,
    now: selectArtifacts(catalog, choice)[0]!.release,
    release,
  })
}
