import { realpath } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Artifact } from '../../src-shared/artifact.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import type { SourceSpec } from '../../src-shared/job.ts'
import { plain } from '../../src-shared/plain.ts'
import { say } from '../../src-shared/phrases.ts'
import { isWebAddress } from '../../src-shared/web-address.ts'
import { readCatalog } from '../catalog/read-catalog.ts'
import { readOlder } from '../catalog/read-updates.ts'
import { findContents, selectAgreed } from '../catalog/select-agreed.ts'
import { defaultBaseUrl } from '../catalog/known-streams.ts'
import { parseUrl } from '../net/http.ts'
import type { Ports } from '../ports.ts'
import { openFileSource } from './source/file-source.ts'
import { namesInLists, readChecksumFile, type ReadChecksums } from './proof/read-checksum-file.ts'
import { createRetries, type Asking } from '../net/retries.ts'
import { safeFileName } from '../files/safe-file-name.ts'
import { signaturesBeside } from './proof/signatures-beside.ts'
import type { SourcePlan } from './source/source.ts'
import { findSha256 } from './proof/sum-list.ts'

/** Retry policy if the user does not set the number of retries. */
export const usualAsking: Asking = { retries: 5, within: 120_000 }

/**
 * Resolves the user's choice to the files it means: one, or several for a format like pxe.
 * @throws the failures of the catalog; release-gone and those of `readRelease`; usage; of a file
 *   source-unreadable, image-empty; of a checksum list checksum-file-unreadable, checksum-missing,
 *   checksums-differ
 */
export async function planSources(ports: Ports, spec: SourceSpec, signal: AbortSignal): Promise<SourcePlan[]> {
  const common = {
    keyring: spec.keyring ?? ports.environment.keyring,
    insecure: spec.insecure ?? false,
    ...(spec.fetchRetries === undefined ? usualAsking : { retries: spec.fetchRetries }),
    memory: spec.memory,
  }
  const { image } = spec
  const checksums =
    spec.checksumFile === undefined
      ? null
      : await readChecksumFile(ports, locate(spec.checksumFile), {
          keyring: common.keyring,
          retries: common.retries,
          within: common.within,
          signal,
        })
  if (image.kind === 'stream') {
    const baseUrl = spec.streamBaseUrl ?? ports.environment.streamBaseUrl ?? defaultBaseUrl
    const wish = { stream: image.stream, release: image.release, baseUrl, signal }
    const { now, agreed, older } = await patiently(ports, common, signal, async () => {
      const now = await readCatalog(ports, wish)
      const agreed = await selectAgreed(findContents(ports, wish, now), now, image)
      return { now, agreed, older: await readOlder(ports, wish, now.artifacts) }
    })
    const { artifacts, isPublic, stated: statedStream, doubts } = agreed
    if (artifacts.length > 1 && (spec.sha256 !== undefined || spec.signature !== undefined))
      throw new KindlingError('usage', {
        reason: say('several-files-unproved', { format: image.format, count: artifacts.length }),
      })
    const offline = now.offline === null ? null : { reason: now.offline, ageSeconds: now.ageSeconds }
    const shared = { offline, referrer: { url: now.baseUrl, isPublic }, statedStream, doubts, older }
    return Promise.all(
      artifacts.map(async (artifact) => {
        const listed = await findListed(checksums, artifact.location)
        return { ...planArtifact(artifact, spec, common, listed?.sha256), ...shared, ...listed?.found }
      }),
    )
  }
  const isUrl = image.kind === 'url'
  const location = isUrl ? parseUrl(image.url).href : resolve(image.path)
  // Reports a mistyped file name before a missing signature of that file.
  if (!isUrl)
    await openFileSource(location).catch((error: unknown) => {
      // A desktop passes a name that is not UTF-8 with U+FFFD in place of its bytes.
      throw location.includes('\ufffd') ? new KindlingError('name-not-utf8', { name: location }) : error
    })
  const listed = await findListed(checksums, location)
  const given = agreeOn(spec.sha256?.toLowerCase(), listed?.sha256)
  return [
    {
      ...common,
      name: nameOf(location, isUrl),
      location,
      kind: image.kind,
      artifact: null,
      offline: null,
      ...(await placeSignatures(spec.signature, location, isUrl)),
      sha256: given === undefined ? null : { value: given, from: 'person' },
      uncompressedSha256: null,
      ...listed?.found,
    },
  ]
}

/**
 * Looks up the sha256 of an image in the checksum list. Returns null if there is no list.
 * @throws checksum-missing, checksums-differ
 */
async function findListed(checksums: ReadChecksums | null, location: string) {
  if (checksums === null) return null
  const { lines, ...checksumFile } = checksums
  const sha256 = findSha256(lines, await namesInLists(location), checksumFile.location)
  return { sha256, found: { checksumFile } }
}

/**
 * Returns the value that all sources agree on; undefined if no source states one.
 * @throws sha256-mismatch
 */
function agreeOn(...values: (string | undefined)[]): string | undefined {
  const [expected, actual] = new Set(values.filter((value) => value !== undefined))
  if (expected !== undefined && actual !== undefined) throw new KindlingError('sha256-mismatch', { actual, expected })
  return expected
}

/** Repeats a reading of metadata while its failure may pass. */
async function patiently<T>(ports: Ports, asking: Asking, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
  const attempts = createRetries(ports, asking, signal)
  for (;;) {
    try {
      return await read()
    } catch (error) {
      await attempts.afterFailure(error)
    }
  }
}

function planArtifact(
  artifact: Artifact,
  spec: SourceSpec,
  common: Pick<SourcePlan, 'keyring' | 'insecure' | 'retries' | 'within' | 'memory'>,
  listed: string | undefined,
): Omit<SourcePlan, 'offline'> {
  const sha256 = artifact.sha256.toLowerCase()
  agreeOn(spec.sha256?.toLowerCase(), sha256)
  agreeOn(listed, sha256)
  const uncompressed = artifact.uncompressedSha256
  return {
    ...common,
    name: nameOf(artifact.location, true),
    location: parseUrl(artifact.location).href,
    kind: 'url',
    artifact,
    signature: spec.signature === undefined ? artifact.signature : locate(spec.signature),
    signatureRequired: true,
    sha256: { value: sha256, from: 'stream' },
    uncompressedSha256: uncompressed === null ? null : { value: uncompressed.toLowerCase(), from: 'stream' },
  }
}

/**
 * Returns the locations of the signature. If the user named one, it is the only location. Otherwise
 * a signature may be beside the image, or beside the target of a link.
 */
async function placeSignatures(
  given: string | undefined,
  location: string,
  isUrl: boolean,
): Promise<Pick<SourcePlan, 'signature' | 'otherSignatures' | 'signatureRequired'>> {
  if (given !== undefined) return { signature: locate(given), signatureRequired: true }
  const target = isUrl ? location : await realpath(location).catch(() => location)
  const [signature, ...otherSignatures] = [...new Set([location, target])].flatMap(signaturesBeside)
  return { signature: signature!, otherSignatures, signatureRequired: false }
}

const locate = (text: string) => (isWebAddress(text) ? parseUrl(text).href : resolve(text))

function nameOf(location: string, isUrl: boolean): string {
  if (!isUrl) return plain(basename(location))
  const url = new URL(location)
  const last = url.pathname.split('/').pop() ?? ''
  try {
    return safeFileName(decodeURIComponent(last) || url.host)
  } catch {
    return safeFileName(last)
  }
}
