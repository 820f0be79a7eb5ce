import { createHash } from 'node:crypto'
import { dirname, join, resolve } from 'node:path'
import { KindlingError } from '../../src-shared/failure.ts'
import type { JobSpec } from '../../src-shared/job.ts'
import { say } from '../../src-shared/phrases.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { makeDirectory } from '../files/make-directory.ts'
import { outputFailed } from '../files/output-failed.ts'
import { writeNewFile } from '../files/regular-file.ts'
import type { NetworkBoot } from '../first-boot/make-network-boot.ts'
import { releaseOf } from '../image/proof/claims.ts'
import type { SourcePlan } from '../image/source/source.ts'
import type { Ports } from '../ports.ts'
import { findBootFiles, nameInitrd, type BootPart } from './boot-files.ts'
import { describeBoot } from './describe-boot.ts'
import type { JobRun } from './job-run.ts'

type DownloadSpec = Extract<JobSpec, { job: 'download' }>

/** A file that is made beside the downloaded ones. */
export interface MadeFile {
  path: string
  bytes: Uint8Array
  /** Profile that the file selects. An existing one selects another, and is kept. */
  profile?: string | undefined
}

/**
 * Returns the folder of the downloaded files. matchbox serves those of one folder of its data:
 * https://matchbox.psdn.io/matchbox/#assets
 */
export const locateFiles = ({ directory, loader }: DownloadSpec): string =>
  loader === 'matchbox' ? join(resolve(directory), 'assets') : resolve(directory)

/** @throws usage for settings of a start from the network, if the format has none */
export function requirePxe({ source: { image }, firstBoot, loader }: DownloadSpec): void {
  if (image.kind === 'stream' && image.format === 'pxe') return
  const option = '--format pxe'
  if (firstBoot !== undefined) throw new KindlingError('usage', { reason: say('pxe-alone', { option }) })
  if (loader !== undefined) throw new KindlingError('usage', { reason: say('loader-of-pxe', { option }) })
}

/**
 * Reads the settings of a live system that is started from the network; null for none. Called
 * before the download, so that nothing is downloaded if they are refused.
 * @throws usage, first-boot-unsupported, the failures of `readFirstBoot`
 */
export async function readNetworkBoot(
  ports: Ports,
  { firstBoot, loader = 'ipxe' }: DownloadSpec,
  plans: SourcePlan[],
  run: JobRun,
): Promise<NetworkBoot | null> {
  if (firstBoot === undefined) return null
  const plan = plans[0]!
  // Loads a YAML parser, which no other download needs.
  const { readFirstBoot } = await import('../first-boot/read-first-boot.ts')
  const { makeNetworkBoot } = await import('../first-boot/make-network-boot.ts')
  const release = releaseOf(plan)
  const [settings] = await readFirstBoot(ports, firstBoot, { release, hostnames: [undefined] }, run)
  const boot = makeNetworkBoot(settings!, plan.name, release)
  const parts = plans.flatMap(({ artifact, name }) => (artifact ? [{ artifact, path: name }] : []))
  const files = findBootFiles(parts, boot)
  if (files === null)
    throw new KindlingError('usage', { reason: say('pxe-without-kernel', { stream: plan.artifact!.stream }) })
  // Refuses kernel arguments that the boot loader would interpret.
  describeBoot(files, loader, '')
  return boot
}

/**
 * Returns the files that belong beside those of a network boot: the further initrd, if the live
 * system is set up, and the configuration of the boot loader. Empty for any other download.
 */
export function makeBootFiles(parts: BootPart[], boot: NetworkBoot | null, spec: DownloadSpec): MadeFile[] {
  const files = findBootFiles(parts, boot)
  if (files === null) return []
  const directory = resolve(spec.directory)
  const described = describeBoot(files, spec.loader ?? 'ipxe', directory)
  return [
    ...(boot?.initrd ? [{ path: join(locateFiles(spec), nameInitrd(parts[0]!.artifact)), bytes: boot.initrd }] : []),
    ...described.map(({ name, text, profile }) => ({ path: join(directory, name), bytes: Buffer.from(text), profile })),
  ]
}

/**
 * Writes the files beside those of a network boot. An existing file is not replaced, because the
 * user may have edited it. The initrd has the mode of the others: the server that reads it is
 * usually another user, and gives it to every machine that asks.
 * @param isSetUp – whether the live system is set up, so that another file would not start it so
 * @throws output-failed
 */
export async function leaveBootFiles(made: MadeFile[], isSetUp: boolean, run: JobRun): Promise<Receipt['files']> {
  const left: Receipt['files'] = []
  for (const { path, bytes, profile } of made) {
    await makeDirectory(dirname(path)).catch((error: unknown) => {
      throw outputFailed(dirname(path), error)
    })
    try {
      await writeNewFile(path, bytes)
    } catch (error) {
      const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST'
      if (!isThere || (isSetUp && profile === undefined)) throw outputFailed(path, error)
      if (profile === undefined) run.warn('script-kept', { path })
      else run.warn('group-kept', { path, profile })
      continue
    }
    left.push({ path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })
  }
  return left
}
