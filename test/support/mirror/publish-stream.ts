import { createHash } from 'node:crypto'
import type { Mirror } from './mirror.ts'
import type { Signer } from './signer.ts'

/** A file that a stream publishes, before it has a URL. */
export interface PublishedFile {
  platform: string
  format: string
  /** `disk`, except for the parts of `pxe`. */
  name: string
  /** The part of the file name that identifies the artifact: `metal.x86_64.raw.xz`. */
  suffix: string
  content: Buffer
  /** Decompressed content, if the metadata states its hash. */
  uncompressed?: Buffer
}

export interface PublishedArtifact {
  location: string
  signature?: string
  sha256: string
  'uncompressed-sha256'?: string
}

/** Stream metadata as Fedora publishes it. */
export interface StreamMetadata {
  stream: string
  metadata: { 'last-modified'?: string; generator?: string }
  architectures: Record<
    string,
    {
      artifacts: Record<string, { release: string; formats: Record<string, Record<string, PublishedArtifact>> }>
      images?: Record<string, unknown>
    }
  >
}

export interface PublishStreamOptions {
  stream?: string
  release: string
  signer: Pick<Signer, 'sign'>
  /** Files by architecture. */
  files: Record<string, PublishedFile[]>
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/**
 * Publishes files, their signatures and `streams/<stream>.json` on a mirror, at paths like
 * Fedora's. Returns the metadata. A test that needs other metadata changes it and publishes it
 * itself.
 */
export async function publishStream(
  mirror: Mirror,
  { stream = 'stable', release, signer, files }: PublishStreamOptions,
): Promise<StreamMetadata> {
  const metadata: StreamMetadata = {
    stream,
    metadata: { 'last-modified': '2026-07-21T14:07:12Z', generator: 'fedora-coreos-stream-generator v0.2.19' },
    architectures: {},
  }
  for (const [architecture, list] of Object.entries(files)) {
    const { artifacts } = (metadata.architectures[architecture] = {
      artifacts: {} as StreamMetadata['architectures'][string]['artifacts'],
      images: cloudImages(stream, release, architecture),
    })
    const directory = `prod/streams/${stream}/builds/${release}/${architecture}/`
    for (const { platform, format, name, suffix, content, uncompressed } of list) {
      const location = await mirror.put(`${directory}fedora-coreos-${release}-${suffix}`, content)
      const signature = await mirror.put(`${location}.sig`, await signer.sign(content))
      const { formats } = (artifacts[platform] ??= { release, formats: {} })
      ;(formats[format] ??= {})[name] = {
        location,
        signature,
        sha256: sha256(content),
        ...(uncompressed && { 'uncompressed-sha256': sha256(uncompressed) }),
      }
    }
  }
  await mirror.put(`streams/${stream}.json`, JSON.stringify(metadata, null, 4))
  return metadata
}

function cloudImages(stream: string, release: string, architecture: string): Record<string, unknown> {
  const dashed = release.replaceAll('.', '-')
  return {
    aws: {
      regions: {
        'eu-central-1': { release, image: 'ami-0cd4e0e951135fbbb' },
        'us-east-1': { release, image: 'ami-05c2c9430b973c8a2' },
      },
    },
    gcp: {
      release,
      project: 'fedora-coreos-cloud',
      family: `fedora-coreos-${stream}`,
      name: `fedora-coreos-${dashed}-gcp-${architecture.replace('_', '-')}`,
    },
  }
}
