import { createInterface } from 'node:readline/promises'
import { resolve } from 'node:path'
import type { Drive } from '../../../src-shared/drive.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { SourceSpec } from '../../../src-shared/job.ts'
import { formatBytes } from '../../../src-shared/units.ts'
import { unwrap, type Surface } from './command.ts'
import { describeReceipt } from './describe-receipt.ts'
import { describeContents } from './drives.ts'
import { runJob } from './run-job.ts'

/** Writes an image to a drive, after somebody said that what is on it may go. */
export async function write(
  { api, output, interrupts }: Surface,
  source: SourceSpec,
  options: { drive: string; yes?: boolean; verify: boolean },
): Promise<number> {
  const path = resolve(options.drive)
  const drive = unwrap(await api.inspectDrive({ path }))
  const refusal = drive.refusals[0]
  if (refusal) throw new KindlingError(refusal.code, refusal.details)
  if (!options.yes) await confirm(drive, source, output.json)
  const spec = { job: 'write' as const, source, drive: path, identity: drive.identity, verify: options.verify }
  return runJob(api, output, interrupts, spec, describeReceipt)
}

/** @throws confirmation-missing, declined */
async function confirm(drive: Drive, source: SourceSpec, json: boolean): Promise<void> {
  const { stdin, stderr } = process
  if (json || !stdin.isTTY || !stderr.isTTY) throw new KindlingError('confirmation-missing', { drive: drive.name })
  const { identity } = drive
  stderr.write(
    [
      `Image  ${describeSource(source)}`,
      `Drive  ${[...new Set([drive.name, formatBytes(identity.size), identity.device])].join(', ')}`,
      `On it  ${describeContents(drive)}`,
      '',
    ].join('\n'),
  )
  const terminal = createInterface({ input: stdin, output: stderr })
  try {
    const ended = new Promise<string>((settle) => terminal.once('close', () => settle('')))
    // The line editor takes Ctrl-C for itself; it means the same here as everywhere.
    terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    const reply = await Promise.race([
      terminal.question(`Erase ${drive.name} and write the image? Type "yes": `),
      ended,
    ])
    if (reply.trim().toLowerCase() !== 'yes') throw new KindlingError('declined')
  } finally {
    terminal.close()
  }
}

function describeSource({ image }: SourceSpec): string {
  if (image.kind === 'file') return image.path
  if (image.kind === 'url') return image.url
  return `Fedora CoreOS ${image.stream}, ${image.architecture}, ${image.platform} ${image.format}`
}
