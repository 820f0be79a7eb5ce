import { join } from 'node:path'
import { privateDirectories } from '../../support/private-directories.ts'
import { makeBenchDrive } from '../bench-drive.ts'
import { describeImage, type BenchImage } from '../bench-image.ts'
import type { Comparison, Contender } from '../comparison.ts'
import type { Figure } from '../figure.ts'
import { findMissing, programs } from '../programs.ts'
import { readDurations } from '../read-receipt.ts'

/** The whole write of an image file, to the moment when each program says that it is done; with its peak memory. */
export const wholeWrite: Figure = async function* ({ images, directory, signal }) {
  for (const find of images) {
    const image = await find()
    const drive = await makeBenchDrive(image.rawSize)
    try {
      yield {
        ...compare(image, drive.device, directory.path),
        prepare: () => drive.scrub(signal),
        check: () => drive.mustHold(image, signal),
      }
    } finally {
      await drive.dispose()
    }
  }
}

function compare(image: BenchImage, device: string, home: string): Comparison {
  const env = { ...programs, IMAGE: image.path, SHA256: image.sha256, DRIVE: device }
  return {
    title: `The whole write of ${describeImage(image)}`,
    baselines: ['etcher-sdk', 'xz -T1 | dd', 'xz -T0 | dd', 'bmaptool'],
    costs: true,
    contenders: [
      kindling('kindling', '', env, home),
      kindling('kindling --no-verify', '--no-verify', env, home),
      xzToDd('-T1', env),
      xzToDd('-T0', env),
      {
        name: 'bmaptool',
        missing: findMissing('bmaptool'),
        command: 'bmaptool --quiet copy --nobmap "$IMAGE" "$DRIVE"',
        env,
      },
      etcher('etcher-sdk', '', env),
      etcher('etcher-sdk, no verify', '--no-verify', env),
    ],
    targets: [
      { of: 'time', row: 'kindling', base: 'etcher-sdk', must: 'at most', limit: 0.35 },
      { of: 'time', row: 'kindling', base: 'xz -T1 | dd', must: 'below', limit: 1 },
      { of: 'time', row: 'kindling --no-verify', base: 'xz -T0 | dd', must: 'at most', limit: 1.5 },
      { of: 'memory', row: 'kindling', base: 'etcher-sdk', must: 'at most', limit: 0.25 },
    ],
    notes: [
      'kindling and etcher-sdk read the drive back; kindling --no-verify still proves the image. xz | dd and bmaptool prove nothing.',
      'All but etcher-sdk flush the drive.',
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

/** Outside the project; `./dev bench` says where in ETCHER_SDK. */
function etcher(name: string, option: string, env: Record<string, string>): Contender {
  const sdk = process.env['ETCHER_SDK'] ?? ''
  return {
    name,
    missing: findMissing(join('/', sdk, 'package.json')) && `etcher-sdk at ETCHER_SDK=${sdk}`,
    command: `"$NODE" "$ETCHER_WRITE" "$IMAGE" "$DRIVE" ${option}`,
    env: { ...env, ETCHER_SDK: sdk },
  }
}
