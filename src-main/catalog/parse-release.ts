import { z } from 'zod'
import type { CloudImage } from '../../src-shared/artifact.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { listArtifacts, parseMetadata, type StreamContent } from './parse-stream.ts'
import { artifactFile, cloudImage, dated, name, named } from './stream-file.ts'

const medium = z.object({
  artifacts: named(named(artifactFile)).nullish(),
  /** Cloud images by region. */
  images: named(cloudImage).nullish(),
  /** The cloud image of a platform without regions. */
  image: cloudImage.nullish(),
})

/**
 * Schema of the metadata of one release (coreos/stream-metadata-go, `release`). Neither `commit`
 * nor `commits` is required, because a release may have either of them, or none. Unknown fields are
 * ignored.
 */
const releaseFile = z.object({
  release: name,
  stream: name.nullish().catch(null),
  metadata: dated,
  architectures: named(z.object({ media: named(medium) })),
})

/**
 * Parses the metadata of one release into the form of a stream's.
 * @param stream – requested name of the stream
 * @throws metadata-malformed with the place of the first error, also for another release than the
 *   wanted one
 */
export function parseRelease(
  text: string | Uint8Array,
  { stream, release: wanted }: { stream: string; release: string },
): StreamContent {
  const { release, stream: stated = null, metadata, architectures } = parseMetadata(text, releaseFile)
  if (release !== wanted)
    throw new KindlingError('metadata-malformed', {
      place: 'release',
      reason: say('says-other-release', { found: release, wanted }),
    })
  const media = [...architectures].map(([architecture, { media: platforms }]) => ({ architecture, platforms }))
  return {
    stream,
    stated,
    lastModified: metadata?.['last-modified'] ?? null,
    artifacts: media.flatMap(({ architecture, platforms }) => {
      const files = [...platforms].flatMap(([platform, { artifacts: formats }]) =>
        formats ? [[platform, { release, formats }] as const] : [],
      )
      return listArtifacts(new Map(files), { stream, architecture })
    }),
    images: media.flatMap(({ architecture, platforms }) =>
      [...platforms].flatMap(([platform, { images, image }]): CloudImage[] => {
        const regions = images && [...images].map(([region, each]) => [region, withRelease(each, release)])
        if (regions) return [{ architecture, platform, image: { regions: Object.fromEntries(regions) } }]
        return image ? [{ architecture, platform, image: withRelease(image, release) }] : []
      }),
    ),
  }
}

/** Adds the release to a cloud image, as the metadata of a stream state it. */
const withRelease = (image: unknown, release: string): unknown =>
  typeof image === 'object' && image !== null && !Array.isArray(image) ? { release, ...image } : image
