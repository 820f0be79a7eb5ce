import { KindlingError, toFailure } from '../../src-shared/failure.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import type { Hint } from '../../src-shared/identification.ts'
import type { Warn } from '../../src-shared/warnings.ts'
import { defaultBaseUrl } from '../catalog/known-streams.ts'
import { readRelease } from '../catalog/read-release.ts'
import type { Ports } from '../ports.ts'
import { mayBeOnDrive, namesOf, rawSha256Of, type KnownImage } from './known-image.ts'

/** Maximum number of releases that are read for one drive. Two requests are made for each. */
const mostReleases = 2

/**
 * Failures without a warning. Either the server does not know the release, as a mirror without an
 * index, or it cannot be reached, which a warning about the streams says already.
 */
const untold: ReadonlySet<string> = new Set<FailureCode>([
  'releases-unknown',
  'release-unknown',
  'release-unpublished',
  'release-pruned',
  'network-unreachable',
])

/**
 * Collects the images of the releases that a drive says it holds, by the index of their stream.
 * Every release ever published is known this way, and only the metadata of these few are requested.
 * A release that is among the known images is not requested. A server that does not answer causes a
 * warning, never a failure.
 * @param known – images from other sources
 */
export async function gatherHinted(
  ports: Ports,
  streamBaseUrl: string | undefined,
  { hints, known }: { hints: Hint[]; known: KnownImage[] },
  run: { readonly signal: AbortSignal; warn: Warn },
): Promise<KnownImage[]> {
  // A disk that was booted no longer equals its image.
  if (hints.some((hint) => hint.hint === 'partitions' && hint.booted === true)) return []
  const baseUrl = streamBaseUrl ?? ports.environment.streamBaseUrl ?? defaultBaseUrl
  const named = new Map<string, string>()
  for (const hint of hints)
    if ('release' in hint && hint.release !== null && hint.stream !== null) named.set(hint.release, hint.stream)
  const found: KnownImage[] = []
  for (const [release, stream] of [...named].slice(0, mostReleases)) {
    if (known.some((image) => image.release === release && image.stream === stream)) continue
    try {
      const { artifacts, offline } = await readRelease(ports, { stream, release, baseUrl, signal: run.signal })
      for (const artifact of artifacts.filter(mayBeOnDrive))
        found.push({
          ...namesOf(artifact),
          ...{ sha256: rawSha256Of(artifact)!, sizes: [], baseUrl },
          knownFrom: offline === null ? 'stream' : 'cache',
        })
    } catch (error) {
      run.signal.throwIfAborted()
      if (!(error instanceof KindlingError)) throw error
      if (!untold.has(error.code)) run.warn('stream-unasked', { stream, reason: toFailure(error).title })
    }
  }
  return found
}
