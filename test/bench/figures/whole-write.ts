import { copyFile, link, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { privateDirectories } from '../../support/programs/private-directories.ts'
import { makeBenchDrive } from '../bench-drive.ts'
import { describeImage, type BenchImage } from '../bench-image.ts'
import type { Comparison, Contender } from '../comparison.ts'
import type { Figure } from '../figure.ts'
import { asEtcher, etcher, streaming } from '../etcher.ts'
import { serveImage, type ImageServer } from '../image-server.ts'
import { findMissing, programs } from '../programs.ts'
import { readDurations } from '../read-receipt.ts'

/** The whole write of an image file, until each program reports success; with its peak memory. */
export const wholeWrite: Figure = async function* ({ images, directory, signal }) {
  for (const [rank, find] of images.entries()) {
    const image = await find()
    const drive = await makeBenchDrive(image.rawSize)
    const server = await serveImage(image)
    try {
      await keepInCache(image, directory.path)
      yield {
        ...compare(image, drive.device, directory.path, server, rank === 0),
        prepare: () => drive.scrub(signal),
        check: () => drive.mustHold(image, signal),
      }
    } finally {
      await server.dispose()
      await drive.dispose()
    }
  }
}

/** Puts an image into Kindling's cache, where it looks for images of a stream. */
async function keepInCache({ path, sha256 }: BenchImage, home: string): Promise<void> {
  const images = join(privateDirectories(home)['XDG_CACHE_HOME']!, 'kindling', 'images')
  await mkdir(images, { recursive: true })
  await link(path, join(images, sha256)).catch(() => copyFile(path, join(images, sha256)))
}

/**
 * Compares the programs.
 * @param full – also runs the contenders that are measured for one image only
 */
function compare(image: BenchImage, device: string, home: string, server: ImageServer, full: boolean): Comparison {
  const env = { ...programs, IMAGE: image.path, SHA256: image.sha256, DRIVE: device }
  const { streamBaseUrl: STREAMS, keyring: KEYRING } = server
  return {
    title: `The whole write of ${describeImage(image)}`,
    baselines: ['etcher-sdk', 'xz -T1 | dd', 'xz -T0 | dd', 'bmaptool'],
    costs: true,
    contenders: [
      kindling('kindling', '', env, home),
      kindling('kindling --no-verify', '--no-verify', env, home),
      {
        ...kindling('kindling, of a stream', '', { ...env, STREAMS, KEYRING: KEYRING ?? '' }, home),
        missing: KEYRING === null ? 'gpg' : findMissing(programs.KINDLING),
        command:
          '"$NODE" "$KINDLING" write --stream-base-url "$STREAMS" --architecture x86_64 --keyring "$KEYRING" --drive "$DRIVE" --yes --json',
      },
      xzToDd('-T1', env),
      xzToDd('-T0', env),
      {
        name: 'bmaptool',
        missing: findMissing('bmaptool'),
        command: 'bmaptool --quiet copy --nobmap "$IMAGE" "$DRIVE"',
        env,
      },
      etcher('etcher-sdk', { verify: true, ...asEtcher }, env, home),
      ...(full
        ? [
            etcher('etcher-sdk, streaming', { verify: true, ...streaming }, env, home),
            etcher('etcher-sdk, no verify', { verify: false, ...asEtcher }, env, home),
          ]
        : []),
    ],
    targets: [
      { of: 'time', row: 'kindling', base: 'etcher-sdk', must: 'at most', limit: 0.25 },
      { of: 'time', row: 'kindling, of a stream', base: 'etcher-sdk', must: 'at most', limit: 0.25 },
      { of: 'time', row: 'kindling', base: 'xz -T0 | dd', must: 'at most', limit: 1.15 },
      { of: 'time', row: 'kindling --no-verify', base: 'xz -T0 | dd', must: 'at most', limit: 1 },
      { of: 'memory', row: 'kindling', base: 'etcher-sdk', must: 'at most', limit: 1.05 },
    ],
    notes: [
      'kindling and etcher-sdk read the drive back; kindling --no-verify still proves the image. xz | dd and bmaptool prove nothing.',
      'All but etcher-sdk flush the drive.',
      'Of a stream: the same image from the cache, signed, with the sha256 of the decompressed image that the metadata states.',
      'etcher-sdk with the settings of Etcher for one drive: it decompresses to a file first. With its own defaults it fails to verify',
      'an image with long stretches of zeros; streaming is with 256 buffers instead of 16.',
    ],
  }
}

const kindling = (name: string, option: string, env: Record<string, string>, home: string): Contender => ({
  name,
  missing: findMissing(programs.KINDLING),
  command: `"$NODE" "$KINDLING" write --image-file "$IMAGE" --sha256 "$SHA256" --drive "$DRIVE" --yes --json ${option}`,
  env: { ...env, ...privateDirectories(home) },
  phases: readDurations,
})

const xzToDd = (threads: string, env: Record<string, string>): Contender => ({
  name: `xz ${threads} | dd`,
  missing: findMissing('xz', 'dd'),
  command: `xz ${threads} -dc "$IMAGE" | dd of="$DRIVE" bs=1M iflag=fullblock oflag=direct conv=fsync status=none`,
  env,
})
