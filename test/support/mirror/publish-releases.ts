import type { Mirror } from './mirror.ts'
import type { StreamMetadata } from './publish-stream.ts'

export interface PublishReleasesOptions {
  stream?: string
  note?: string
  /** Releases that the index names. The metadata of a release without any are not published. */
  releases: Record<string, StreamMetadata['architectures'] | null>
  /** Marks of releases in the update graph; no graph if omitted. */
  marks?: Record<string, { barrier?: { reason: string }; deadend?: { reason: string } }>
}

/** Publishes the index of a stream's releases, their metadata and the update graph. */
export async function publishReleases(
  mirror: Mirror,
  { stream = 'stable', note, releases, marks }: PublishReleasesOptions,
): Promise<void> {
  const index = []
  for (const [version, architectures] of Object.entries(releases)) {
    const path = `prod/streams/${stream}/builds/${version}/release.json`
    index.push({ version, metadata: `${mirror.url}${path}`, commits: [] })
    if (architectures === null) continue
    const media = Object.entries(architectures).map(([name, architecture]) => [name, { media: mediaOf(architecture) }])
    await mirror.put(
      path,
      JSON.stringify({ release: version, stream, architectures: Object.fromEntries(media) as unknown }),
    )
  }
  await mirror.put(`prod/streams/${stream}/releases.json`, JSON.stringify({ stream, note, releases: index }))
  if (marks === undefined) return
  const marked = Object.entries(marks).map(([version, metadata]) => ({ version, metadata }))
  await mirror.put(`updates/${stream}.json`, JSON.stringify({ stream, releases: marked }))
}

/** Returns platforms as the metadata of a release have them. */
function mediaOf({ artifacts, images = {} }: StreamMetadata['architectures'][string]): Record<string, object> {
  const media: Record<string, object> = {}
  for (const [platform, { formats }] of Object.entries(artifacts)) media[platform] = { artifacts: formats }
  for (const [platform, image] of Object.entries(images)) {
    const { regions } = image as { regions?: Record<string, object> }
    media[platform] = {
      ...media[platform],
      ...(regions
        ? { images: Object.fromEntries(Object.entries(regions).map(([name, region]) => [name, unreleased(region)])) }
        : { image: unreleased(image as object) }),
    }
  }
  return media
}

/** The metadata of a release state it once, not for each image. */
const unreleased = (image: object): object => ({ ...image, release: undefined })
