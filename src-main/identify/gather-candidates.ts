import type { Artifact, Catalog } from '../../src-shared/artifact.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { offlineValues, type Warn } from '../../src-shared/warnings.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import { defaultBaseUrl, knownStreams } from '../catalog/known-streams.ts'
import { parseStream } from '../catalog/parse-stream.ts'
import { recallOlder } from '../catalog/older-releases.ts'
import { readCatalog } from '../catalog/read-catalog.ts'
import { recallAllStreams } from '../catalog/stream-cache.ts'
import { parseUrl, type Referrer } from '../net/http.ts'
import type { Ports } from '../ports.ts'
import { mayBeOnDrive, namesOf, rawSha256Of, type KnownImage } from './known-image.ts'
import { measureArtifact } from './measure-artifact.ts'
import { recallMeasured, rememberMeasured, type MeasuredImage } from './measured-images.ts'
import { recallReceipts } from './recall-receipts.ts'

/**
 * Maximum number of images whose size is requested in one job. The streams have about fifty; a
 * malicious server may list more.
 */
const mostAsked = 400
const atOnce = 6
/** Time limit for all these requests together, in milliseconds. */
const patience = 60_000

/** The job that collects. */
interface Run {
  readonly signal: AbortSignal
  warn: Warn
}

/** An artifact and the server whose metadata list it. */
interface Named {
  artifact: Artifact
  referrer: Referrer
  knownFrom: 'stream' | 'cache'
}

/**
 * Collects every published image that a drive may contain. The sources are the current streams,
 * cached metadata of any stream and of its older releases, earlier measurements, and receipts. If
 * several sources list the same image, the first one counts. A source that cannot be queried causes
 * a warning, never a failure.
 * @throws usage if the base URL is invalid
 */
export async function gatherCandidates(
  ports: Ports,
  streamBaseUrl: string | undefined,
  run: Run,
): Promise<KnownImage[]> {
  const baseUrl = streamBaseUrl ?? ports.environment.streamBaseUrl ?? defaultBaseUrl
  const named = [...(await askStreams(ports, baseUrl, run)), ...(await recallStreams(ports))].filter(({ artifact }) =>
    mayBeOnDrive(artifact),
  )
  const measured = await recallMeasured(ports.paths.cache)
  const images = await measureAll(ports, named, measured, run)
  // Older releases have too many images to request all their sizes.
  const older = (await recallOlder(ports.paths.cache))
    .filter(({ artifact }) => mayBeOnDrive(artifact))
    .map((each) => describe({ ...each, knownFrom: 'cache' }))
  const earlier = measured.map((image): KnownImage => ({ ...image, knownFrom: 'cache' }))
  return joinRepeated([...images, ...older, ...earlier, ...(await recallReceipts(ports.paths.state))])
}

const describe = ({ artifact, referrer, knownFrom }: Named, measured?: MeasuredImage): KnownImage => ({
  ...namesOf(artifact),
  sha256: measured?.sha256 ?? rawSha256Of(artifact)!,
  sizes: measured?.sizes ?? [],
  baseUrl: referrer.url,
  knownFrom,
})

async function askStreams(ports: Ports, baseUrl: string, run: Run): Promise<Named[]> {
  const asked = await Promise.all(
    knownStreams.map(async (stream) => {
      try {
        return { stream, catalog: await readCatalog(ports, { stream, baseUrl, signal: run.signal }) }
      } catch (error) {
        run.signal.throwIfAborted()
        if (!(error instanceof KindlingError) || error.code === 'usage') throw error
        return { stream, error }
      }
    }),
  )
  // A mirror need not have every stream.
  const hasOne = asked.some(({ catalog }) => catalog !== undefined)
  for (const { stream, catalog, error } of asked)
    if (error) {
      if (error.code !== 'stream-unknown' || !hasOne) run.warn('stream-unasked', { stream, reason: reasonOf(error) })
    } else if (catalog.offline !== null)
      run.warn('catalog-offline', offlineValues(stream, catalog.ageSeconds, catalog.offline))
  const catalogs = asked.flatMap(({ catalog }): Catalog[] => (catalog ? [catalog] : []))
  return catalogs.flatMap(({ artifacts, baseUrl: url, isPublic, offline }) =>
    artifacts.map((artifact): Named => {
      return { artifact, referrer: { url, isPublic }, knownFrom: offline === null ? 'stream' : 'cache' }
    }),
  )
}

async function recallStreams(ports: Ports): Promise<Named[]> {
  const seen = await recallAllStreams(ports.paths.cache)
  return seen.flatMap(({ address, seen: { text, isPublic } }) => {
    try {
      const referrer = { url: address.baseUrl, isPublic }
      const { artifacts } = parseStream(text, address.stream)
      return artifacts.map((artifact): Named => ({ artifact, referrer, knownFrom: 'cache' }))
    } catch {
      return []
    }
  })
}

/**
 * Adds the sizes of images. Sizes measured earlier are reused; the others are requested from their
 * servers and then cached.
 */
async function measureAll(ports: Ports, named: Named[], measured: MeasuredImage[], run: Run): Promise<KnownImage[]> {
  const known = new Map<Named, MeasuredImage>()
  const remembered = new Map(measured.map((image) => [keyOf(image.location, image.fileSha256), image]))
  const unknown = new Map<string, Named[]>()
  for (const each of named) {
    const { location, sha256: fileSha256 } = each.artifact
    const key = keyOf(location, fileSha256)
    const before = remembered.get(key)
    if (before !== undefined) known.set(each, before)
    else unknown.set(key, [...(unknown.get(key) ?? []), each])
  }

  const fresh: MeasuredImage[] = []
  /** By the English text of each reason. */
  const missed = new Map<string, { reason: Said; count: number }>()
  function miss(reason: Said, count = 1) {
    const before = missed.get(String(reason))
    missed.set(String(reason), { reason, count: count + (before?.count ?? 0) })
  }
  const silent = new Map<string, Said>()
  const queue = [...unknown.values()].slice(0, mostAsked)
  if (unknown.size > queue.length) miss(say('asked-too-many', { most: mostAsked }), unknown.size - queue.length)
  const enough = new AbortController()
  const signal = AbortSignal.any([run.signal, enough.signal])
  const over = new AbortController()
  const late = say('servers-silent', { seconds: patience / 1000 })
  ports.sleep(patience, over.signal).then(
    () => enough.abort(new KindlingError('network-unreachable', { host: say('the-server'), reason: late })),
    () => undefined,
  )

  async function measure([first, ...others]: Named[]): Promise<void> {
    const { artifact, referrer } = first!
    const { host } = parseUrl(artifact.location)
    const reason = enough.signal.aborted ? late : silent.get(host)
    if (reason !== undefined) return miss(reason)
    try {
      const measure = await measureArtifact(ports, artifact, referrer, signal)
      if (measure === null) return miss(say('sizes-not-said'))
      const image = {
        ...{ ...namesOf(artifact), ...measure, baseUrl: referrer.url },
        ...{ location: artifact.location, fileSha256: artifact.sha256 },
      }
      fresh.push(image)
      for (const each of [first!, ...others]) known.set(each, image)
    } catch (error) {
      run.signal.throwIfAborted()
      const words = enough.signal.aborted ? late : reasonOf(error)
      // If a server cannot be reached, its other images are skipped.
      if (error instanceof KindlingError && error.code === 'network-unreachable') silent.set(host, words)
      miss(words)
    }
  }
  try {
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) await measure(next)
      }),
    )
  } finally {
    over.abort()
    await rememberMeasured(ports.paths.cache, fresh)
  }
  for (const { reason, count } of missed.values()) run.warn('images-unmeasured', { count, reason })
  return named.map((each) => describe(each, known.get(each)))
}

const keyOf = (location: string, fileSha256: string) => JSON.stringify([location, fileSha256])

/** Lists each name of the same bytes once, with the sizes from all sources. */
function joinRepeated(images: KnownImage[]): KnownImage[] {
  const sizesOf = new Map<string, Set<number>>()
  const first = new Map<string, KnownImage>()
  for (const image of images) {
    const sizes = sizesOf.get(image.sha256) ?? new Set()
    sizesOf.set(image.sha256, sizes)
    for (const size of image.sizes) sizes.add(size)
    const key = JSON.stringify([namesOf(image), image.sha256])
    if (!first.has(key)) first.set(key, image)
  }
  return [...first.values()].map((image) => ({ ...image, sizes: [...sizesOf.get(image.sha256)!] }))
}
