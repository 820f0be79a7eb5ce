import { privateDirectories } from '../../support/programs/private-directories.ts'
import { run } from '../../support/drives/devices.ts'
import { makeBenchDrive } from '../bench-drive.ts'
import { describeImage, type BenchImage } from '../bench-image.ts'
import type { Comparison, Contender } from '../comparison.ts'
import { asEtcher, etcher } from '../etcher.ts'
import { LeftOut, type Figure } from '../figure.ts'
import { findMissing, programs } from '../programs.ts'
import { findController, limitRates } from '../rate-limit.ts'
import { readDurations } from '../read-receipt.ts'
import { mib } from '../../support/files/mib.ts'

/** Speeds of a USB stick, in bytes per second. */
const rates = { write: 20 * mib, read: 100 * mib }
/** Amounts that dd writes and reads to show its rates, in MiB. */
const [sampleSize, readSize] = [64, 256]

const ddWrites = 'dd writes'
const ddReads = 'dd reads'

/**
 * The verified write to a drive that reads much faster than it writes. With a small image, the
 * start-up time would dominate; it has its own figure.
 */
export const limitedDrive: Figure = async function* ({ images, directory, signal }) {
  const controller = await findController()
  if (controller === null) throw new LeftOut('the blkio controller of cgroup v1 is missing')
  const image = await images[0]!()
  const drive = await makeBenchDrive(image.rawSize)
  const env = {
    ...programs,
    ...privateDirectories(directory.path),
    IMAGE: image.path,
    SHA256: image.sha256,
    DRIVE: drive.device,
  }
  const check = ({ name }: Contender) => (name.startsWith('dd') ? Promise.resolve() : drive.mustHold(image, signal))
  try {
    const limit = await limitRates(controller, drive.device, rates)
    try {
      const limited = { ...env, PROCS: limit.procs }
      yield { ...compareClean(image, limited), prepare: () => drive.clear(signal), check }
      const full = compareFull(image, limited, await knowsWriteAll())
      yield { ...full, prepare: () => drive.scrub(signal), check }
    } finally {
      await limit.dispose()
    }
    const limit100 = await limitRates(controller, drive.device, { write: 100 * mib, read: 100 * mib })
    try {
      const memory = compareMemory(image, { ...env, PROCS: limit100.procs }, directory.path)
      yield { ...memory, prepare: () => drive.scrub(signal), check }
    } finally {
      await limit100.dispose()
    }
  } finally {
    await drive.dispose()
  }
}

const speeds = `${rates.write / mib} MiB/s writing, ${rates.read / mib} MiB/s reading`
const enter = 'echo $$ >"$PROCS"'

function compareClean(image: BenchImage, env: Record<string, string>): Comparison {
  const byLimits = 'formula with the limits'
  const byDd = "formula with dd's rates"
  const busy = kindling('kindling, one core kept busy', '', image, env)
  const formula = (write: number, read: number) => image.nonZero / write + image.rawSize / read
  const missing = findMissing('dd')
  return {
    title: `A drive limited to ${speeds}, full of zeros: the proved write of ${describeImage(image)}`,
    baselines: [byLimits, byDd],
    costs: false,
    contenders: [
      {
        name: ddWrites,
        missing,
        command: `${enter}; dd if=/dev/zero of="$DRIVE" bs=1M count=${sampleSize} oflag=direct conv=fsync status=none`,
        env,
        bytes: sampleSize * mib,
      },
      {
        name: ddReads,
        missing,
        command: `${enter}; dd if="$DRIVE" of=/dev/null bs=4M count=${readSize / 4} iflag=direct status=none`,
        env,
        bytes: readSize * mib,
      },
      kindling('kindling', '', image, env),
      { ...busy, command: `yes >/dev/null & trap "kill $!" EXIT; ${busy.command}` },
    ],
    bounds(time) {
      const [written, read] = [time(ddWrites), time(ddReads)]
      return [
        { name: byLimits, time: formula(rates.write, rates.read) },
        ...(written !== null && read !== null
          ? [{ name: byDd, time: formula((sampleSize * mib) / written, (readSize * mib) / read) }]
          : []),
      ]
    },
    targets: [
      { of: 'time', row: 'kindling', base: byLimits, must: 'at most', limit: 1.05 },
      { of: 'time', row: busy.name, base: byLimits, must: 'at most', limit: 1.15 },
    ],
    notes: [
      `The formula is non-zero bytes (${image.nonZero}, in sectors of 4096) / write rate + image / read rate.`,
      'dd shows that the drive has its limits. Before each run the drive was filled with zeros.',
    ],
  }
}

function compareFull(image: BenchImage, env: Record<string, string>, hasWriteAll: boolean): Comparison {
  const all = kindling('kindling --write-all', '--write-all', image, env)
  return {
    title: `A drive limited to ${speeds}, full of random bytes: the proved write of ${describeImage(image)}`,
    baselines: [all.name],
    costs: false,
    contenders: hasWriteAll
      ? [kindling('kindling', '', image, env), all]
      : [{ ...all, missing: 'the option --write-all of kindling' }],
    targets: [{ of: 'time', row: 'kindling', base: all.name, must: 'at most', limit: 1.03 }],
    notes: ['What it costs to look whether there is something that need not be written.'],
  }
}

/** A drive for which one decoder thread is enough. */
function compareMemory(image: BenchImage, env: Record<string, string>, home: string): Comparison {
  const rival = etcher('etcher-sdk', { verify: true, ...asEtcher }, env, home)
  return {
    title: `A drive limited to 100 MiB/s, full of random bytes: the proved write of ${describeImage(image)}`,
    baselines: [rival.name],
    costs: true,
    contenders: [kindling('kindling', '', image, env), { ...rival, command: `${enter}; ${rival.command}` }],
    targets: [{ of: 'memory', row: 'kindling', base: rival.name, must: 'at most', limit: 0.75 }],
    notes: ['etcher-sdk with the settings of Etcher for one drive.'],
  }
}

const kindling = (name: string, option: string, image: BenchImage, env: Record<string, string>): Contender => ({
  name,
  missing: findMissing(programs.KINDLING),
  command: `${enter}; "$NODE" "$KINDLING" write --image-file "$IMAGE" --sha256 "$SHA256" --drive "$DRIVE" --yes --json ${option}`,
  env,
  bytes: image.rawSize,
  phases: readDurations,
})

const knowsWriteAll = async () =>
  (await run(programs.NODE, programs.KINDLING, 'write', '--help').catch(() => '')).includes('--write-all')
