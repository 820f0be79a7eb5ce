import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { makeSigner } from '../support/mirror/gpg.ts'
import { hasCommand } from '../support/run/has-command.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'
import type { BenchImage } from './bench-image.ts'
import { programs } from './programs.ts'

/** A server on loopback, in its own process, that serves an image and a stream containing it. */
export interface ImageServer {
  imageUrl: string
  /** Value for `--stream-base-url`. */
  streamBaseUrl: string
  /**
   * File with the public key of its signature, for `--keyring`. Null if there is no gpg; then the
   * image has no signature.
   */
  keyring: string | null
  dispose(): Promise<void>
}

const name = 'fedora-coreos-44.20260707.3.1-metal.x86_64.raw.xz'

type Served = Pick<BenchImage, 'path' | 'sha256' | 'rawSha256'>

export async function serveImage(image: Served): Promise<ImageServer> {
  const directory = await makeTemporaryDirectory('kindling-served-')
  const keyring = await publish(image, directory.path)
  const server = spawn(programs.NODE, [programs.SERVE_FILES, directory.path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const dispose = async () => {
    const ended = server.exitCode === null ? once(server, 'close') : null
    server.kill()
    await ended
    await directory.dispose()
  }
  try {
    const [url] = (await Promise.race([
      once(createInterface(server.stdout), 'line'),
      once(server, 'exit').then(() => Promise.reject(new Error('the server of the image ended'))),
    ])) as [string]
    await writeFile(join(directory.path, 'streams/stable.json'), JSON.stringify(describeStream(image, `${url}${name}`)))
    return { imageUrl: `${url}${name}`, streamBaseUrl: `${url}streams/`, keyring, dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

async function publish(image: Served, directory: string): Promise<string | null> {
  await mkdir(join(directory, 'streams'))
  await symlink(image.path, join(directory, name))
  if (!hasCommand('gpg')) return null
  const signer = await makeSigner()
  try {
    await writeFile(join(directory, `${name}.sig`), await signer.sign(image.path))
    await writeFile(join(directory, 'keyring.asc'), signer.armoredPublicKey)
    return join(directory, 'keyring.asc')
  } finally {
    await signer.dispose()
  }
}

function describeStream({ sha256, rawSha256 }: Served, location: string): object {
  const disk = { location, signature: `${location}.sig`, sha256, 'uncompressed-sha256': rawSha256 }
  const metal = { release: '44.20260707.3.1', formats: { 'raw.xz': { disk } } }
  return {
    stream: 'stable',
    metadata: { 'last-modified': '2026-07-21T14:07:12Z' },
    architectures: { x86_64: { artifacts: { metal } } },
  }
}
