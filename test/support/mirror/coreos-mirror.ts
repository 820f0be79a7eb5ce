import { writeFile } from 'node:fs/promises'
import { makeCoreosFiles } from '../images/coreos-files.ts'
import { hostArchitecture } from '../../../src-main/catalog/host-architecture.ts'
import { startMirror, type Mirror } from './mirror.ts'
import { publishStream, type PublishedFile, type StreamMetadata } from './publish-stream.ts'
import { makeRunSigner } from './run-signer.ts'
import type { Signer } from './signer.ts'
import { makeTemporaryDirectory } from '../temporary.ts'

export interface CoreosMirrorOptions {
  /** Bytes of the raw images; 24 MiB unless told otherwise. */
  imageSize?: number
  release?: string
  signer?: Signer
}

export interface CoreosMirror {
  mirror: Mirror
  /** For `--stream-base-url` and KINDLING_STREAM_BASE_URL. */
  baseUrl: string
  signer: Signer
  /** For `--keyring` and KINDLING_KEYRING: the signer's public key. */
  keyringFile: string
  stream: string
  release: string
  architecture: string
  metadata: StreamMetadata
  /** The decompressed image of raw.xz, and of 4k.raw.xz. */
  raw: Buffer
  raw4k: Buffer
  /** As published. */
  rawXz: Buffer
  raw4kXz: Buffer
  iso: Buffer
  /** The published file, and where. @param name of a part of `pxe` */
  find(format: string, name?: string): PublishedFile & { location: string }
  /** Has the stream move on to another release, with images of another size. What was published before stays where it is. */
  moveOn(release: string, imageSize: number): Promise<void>
  dispose(): Promise<void>
}

/** A mirror with a signed `stable` stream for this machine's architecture: all that a job needs, on loopback. */
export async function startCoreosMirror({
  imageSize = 24 * 1024 * 1024,
  release = '44.20260707.3.1',
  signer: given,
}: CoreosMirrorOptions = {}): Promise<CoreosMirror> {
  const stream = 'stable'
  const architecture = hostArchitecture()
  const directory = await makeTemporaryDirectory()
  const [mirror, signer, files] = await Promise.all([
    startMirror(),
    given ?? makeRunSigner(),
    makeCoreosFiles({ release, architecture, imageSize }),
  ])
  const metadata = await publishStream(mirror, { stream, release, signer, files: { [architecture]: files } })
  const keyringFile = directory.file('keyring.asc')
  await writeFile(keyringFile, signer.armoredPublicKey)

  const find = (format: string, name = 'disk') => {
    const file = files.find((candidate) => candidate.format === format && candidate.name === name)
    const published = file && metadata.architectures[architecture]?.artifacts[file.platform]?.formats[format]?.[name]
    if (!published) throw new Error(`The mirror has no ${format} ${name}`)
    return { ...file, location: published.location }
  }
  return {
    mirror,
    baseUrl: mirror.streamBaseUrl,
    signer,
    keyringFile,
    stream,
    release,
    architecture,
    metadata,
    find,
    raw: find('raw.xz').uncompressed!,
    raw4k: find('4k.raw.xz').uncompressed!,
    rawXz: find('raw.xz').content,
    raw4kXz: find('4k.raw.xz').content,
    iso: find('iso').content,
    async moveOn(release, imageSize) {
      const files = await makeCoreosFiles({ release, architecture, imageSize })
      await publishStream(mirror, { stream, release, signer, files: { [architecture]: files } })
    },
    async dispose() {
      await mirror.close()
      if (!given) await signer.dispose()
      await directory.dispose()
    },
  }
}
