import { writeFile } from 'node:fs/promises'
import { makeCoreosFiles } from '../images/coreos-files.ts'
import { hostArchitecture } from '../../../src-main/catalog/host-architecture.ts'
import { startMirror, type Mirror } from './mirror.ts'
import { publishStream, type PublishedFile, type StreamMetadata } from './publish-stream.ts'
import { makeRunSigner } from './run-signer.ts'
import type { Signer } from './signer.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'

export interface CoreosMirrorOptions {
  /** Size of the raw images in bytes. Default: 24 MiB. */
  imageSize?: number
  release?: string
  signer?: Signer
}

export interface CoreosMirror {
  mirror: Mirror
  /** Value for `--stream-base-url` and KINDLING_STREAM_BASE_URL. */
  baseUrl: string
  signer: Signer
  /** Value for `--keyring` and KINDLING_KEYRING: file with the signer's public key. */
  keyringFile: string
  stream: string
  release: string
  architecture: string
  metadata: StreamMetadata
  /** The decompressed images of raw.xz and 4k.raw.xz. */
  raw: Buffer
  raw4k: Buffer
  /** The files as published. */
  rawXz: Buffer
  raw4kXz: Buffer
  iso: Buffer
  /**
   * Returns a published file and its location.
   * @param name – name of a part of `pxe`
   */
  find(format: string, name?: string): PublishedFile & { location: string }
  /**
   * Publishes another release in the stream, with images of another size. The files published
   * before stay available.
   */
  moveOn(release: string, imageSize: number): Promise<void>
  dispose(): Promise<void>
}

/**
 * Starts a mirror on loopback with a signed `stable` stream for this machine's architecture:
 * everything that a job needs.
 */
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
