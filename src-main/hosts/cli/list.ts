import type { Artifact, Catalog, CloudImage } from '../../../src-shared/artifact.ts'
import { findDeletedAmis, listFacts, nameFact } from '../../../src-shared/cloud-image.ts'
import { formatAgo } from '../../../src-shared/units.ts'
import { fillIn } from '../../../src-shared/values-in.ts'
import { describeWarning, offlineValues, warnings, warnOfOlder, type Warn } from '../../../src-shared/warnings.ts'
import { filterArtifacts } from '../../catalog/select-artifacts.ts'
import { unwrap, type Surface } from './command.ts'

export interface ListOptions {
  stream: string
  release?: string
  architecture?: string
  platform?: string
  format?: string
  images?: boolean
  streamBaseUrl?: string
}

/** Lists the artifacts of a stream: all of them, unless filtered. */
export async function listArtifacts({ api, output }: Surface, options: ListOptions): Promise<number> {
  const { stream, release, streamBaseUrl, architecture, platform, format } = options
  const catalog = unwrap(
    await api.catalog({
      stream,
      ...(release !== undefined && { release }),
      ...(streamBaseUrl !== undefined && { streamBaseUrl }),
    }),
  )
  warnOfCatalog(output, catalog)
  const narrowing = {
    ...(architecture !== undefined && { architecture }),
    ...(platform !== undefined && { platform }),
    ...(format !== undefined && { format }),
  }
  const { lastModified, ageSeconds, offline, older = null } = catalog
  const about = { stream, lastModified, ageSeconds, offline, ...(older && { older }) }
  const warn: Warn = (code, ...[details]) => {
    const message = fillIn(warnings[code], details ?? {})
    output.event({ event: 'warning', code, message, details: details ?? {} })
    output.note(`! ${message}`)
  }
  if (older) warnOfOlder(warn, older)
  if (options.images) {
    const images = catalog.images.filter(
      (image) =>
        (architecture === undefined || image.architecture === architecture) &&
        (platform === undefined || image.platform === platform),
    )
    if (images.length === 0) {
      const of = [stream, release, architecture, platform].filter((name) => name !== undefined).join(', ')
      warn('cloud-images-none', { of })
    }
    for (const { release, ageSeconds } of findDeletedAmis(images, catalog))
      warn('cloud-images-old', { release, ageSeconds, ago: formatAgo(ageSeconds) })
    output.event({ event: 'done', ...about, images })
    if (images.length > 0) output.print(images.map(describeCloudImage).join('\n'))
  } else {
    const artifacts = filterArtifacts(catalog, narrowing)
    output.event({ event: 'done', ...about, artifacts })
    output.print(artifacts.map(describeArtifact).join('\n'))
  }
  return 0
}

type Doubtful = Pick<Catalog, 'stream' | 'doubts'>

/** Warns of metadata that are not fresh, and of doubts about them. */
export function warnOfCatalog(
  output: Surface['output'],
  catalog: Doubtful & Pick<Catalog, 'offline' | 'ageSeconds'>,
): void {
  if (catalog.offline !== null) {
    const message = describeWarning(
      'catalog-offline',
      offlineValues(catalog.stream, catalog.ageSeconds, catalog.offline),
    )
    output.event({ event: 'warning', code: 'catalog-offline', message })
    output.note(`! ${message}`)
  }
  warnOfDoubts(output, catalog)
}

/** Warns that the stream may be a different or older one than it seems. */
export function warnOfDoubts(output: Surface['output'], { stream, doubts }: Doubtful): void {
  for (const reason of doubts) {
    const message = describeWarning('stream-doubtful', { reason })
    output.event({ event: 'warning', code: 'stream-doubtful', message, details: { stream, reason } })
    output.note(`! ${message}`)
  }
}

function describeArtifact(artifact: Artifact): string {
  const { architecture, platform, format, name, release, location, signature, sha256, uncompressedSha256 } = artifact
  return [
    `${architecture} ${platform} ${format}${name === 'disk' ? '' : ` ${name}`}  ${release}`,
    `  location             ${location}`,
    `  signature            ${signature ?? 'none'}`,
    `  sha256               ${sha256}`,
    ...(uncompressedSha256 === null ? [] : [`  uncompressed-sha256  ${uncompressedSha256}`]),
  ].join('\n')
}

function describeCloudImage({ architecture, platform, image }: CloudImage): string {
  const lines = listFacts(image).map(({ path, value }) => `  ${path.length > 0 ? `${nameFact(path)}  ` : ''}${value}`)
  return [`${architecture} ${platform}`, ...lines].join('\n')
}
