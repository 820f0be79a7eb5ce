import { writeFile } from 'node:fs/promises'
import { hostArchitecture } from '../../../src-main/catalog/host-architecture.ts'
import { makeCoreosFiles } from '../images/coreos-files.ts'
import { makeDemoSigner } from './demo-key.ts'
import { startMirror } from '../mirror/mirror.ts'
import { publishStream } from '../mirror/publish-stream.ts'
import { fillLikeDisk } from '../images/random-bytes.ts'
import { privateDirectories } from '../programs/private-directories.ts'
import type { TemporaryDirectory } from '../files/temporary.ts'
import { mib } from '../files/mib.ts'

const releases = { stable: '44.20260707.3.1', testing: '44.20260721.2.0', next: '44.20260721.1.0' }

export interface DemoWorld {
  /** Environment variables for Kindling to use this world. */
  env: Record<string, string>
  /** A disk-image file, larger than the image and full of old bytes. */
  driveFile: string
  /** The raw image that `stable` publishes. */
  raw: Buffer
}

/**
 * Makes a mirror with signed streams, which runs until the process ends. Puts a key to trust and a
 * drive into the directory.
 */
export async function makeDemoWorld(directory: TemporaryDirectory): Promise<DemoWorld> {
  const architecture = hostArchitecture()
  const [mirror, signer, files] = await Promise.all([
    startMirror(),
    makeDemoSigner(),
    makeCoreosFiles({ release: releases.stable, architecture, imageSize: 64 * mib, settable: true }),
  ])
  for (const [stream, release] of Object.entries(releases))
    await publishStream(mirror, { stream, release, signer, files: { [architecture]: files } })

  const keyring = directory.file('demo-key.asc')
  await writeFile(keyring, signer.armoredPublicKey)
  const driveFile = directory.file('drive.img')
  const oldBytes = Buffer.alloc(96 * mib)
  fillLikeDisk(oldBytes, 1)
  await writeFile(driveFile, oldBytes)
  return {
    env: {
      ...privateDirectories(directory.path),
      KINDLING_STREAM_BASE_URL: mirror.streamBaseUrl,
      KINDLING_KEYRING: keyring,
    },
    driveFile,
    raw: files.find(({ format }) => format === 'raw.xz')!.uncompressed!,
  }
}
