import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { JobEvent } from '../../src-shared/job.ts'
import { privateDirectories } from '../support/private-directories.ts'
import { hasTool } from '../support/run-tool.ts'
import type { BenchDrive } from './bench-drive.ts'
import { describeImage, type BenchImage } from './bench-image.ts'
import type { Comparison, Contender } from './comparison.ts'

// Seen from out/bench.mjs, into which this is bundled.
const kindling = resolve(import.meta.dirname, 'main/kindling.js')
const etcherScript = resolve(import.meta.dirname, '../test/bench/etcher-write.mjs')

/** The whole write of an image file, to the moment when each program says that it is done. @param home for Kindling's state */
export function compareWholeWrite(image: BenchImage, drive: BenchDrive, home: string): Comparison {
  const env = { IMAGE: image.path, SHA256: image.sha256, DRIVE: drive.device, NODE: process.execPath }
  return {
    title: `The whole write of ${describeImage(image)}`,
    baselines: ['etcher-sdk', 'xz -T1 | dd', 'xz -T0 | dd'],
    contenders: [
      {
        name: 'kindling',
        missing: existsSync(kindling) ? null : kindling,
        command: '"$NODE" "$KINDLING" write --image-file "$IMAGE" --sha256 "$SHA256" --drive "$DRIVE" --yes --json',
        env: { ...env, ...privateDirectories(home), KINDLING: kindling },
        phases: readDurations,
      },
      xzToDd('-T1', env),
      xzToDd('-T0', env),
      etcher(env),
    ],
    prepare: (signal) => drive.scrub(signal),
    async check(signal) {
      const found = await drive.hash(image.rawSize, signal)
      if (found !== image.rawSha256)
        throw new Error(`the drive does not hold the image: its sha256 is ${found}, not ${image.rawSha256}`)
    },
  }
}

const xzToDd = (threads: string, env: Record<string, string>): Contender => ({
  name: `xz ${threads} | dd`,
  missing: ['xz', 'dd'].find((tool) => !hasTool(tool)) ?? null,
  command: `xz ${threads} -dc "$IMAGE" | dd of="$DRIVE" bs=1M iflag=fullblock oflag=direct conv=fsync status=none`,
  env,
})

/** Outside the project; `./dev bench` says where in ETCHER_SDK. */
function etcher(env: Record<string, string>): Contender {
  const sdk = process.env['ETCHER_SDK'] ?? ''
  const missing = existsSync(join(sdk, 'package.json')) ? null : `etcher-sdk at ETCHER_SDK=${sdk}`
  return {
    name: 'etcher-sdk',
    missing,
    command: '"$NODE" "$ETCHER_WRITE" "$IMAGE" "$DRIVE"',
    env: { ...env, ETCHER_SDK: sdk, ETCHER_WRITE: etcherScript },
  }
}

function readDurations(stdout: string): Record<string, number> {
  const last = JSON.parse(stdout.trim().split('\n').at(-1)!) as JobEvent
  return last.event === 'done' ? last.receipt.durations : {}
}
