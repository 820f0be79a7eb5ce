import { createInterface } from 'node:readline/promises'
import { resolve } from 'node:path'
import type { Drive } from '../../../src-shared/drive.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { SourceSpec, WriteSpec } from '../../../src-shared/job.ts'
import { formatBytes } from '../../../src-shared/units.ts'
import { unwrap, type Surface } from './command.ts'
import { describeReceipt } from './describe-receipt.ts'
import { describeContents } from './drives.ts'
import { runJobs } from './run-jobs.ts'

/** Writes an image to drives, after somebody said that what is on them may go. */
export async function write(
  { api, output, interrupts }: Surface,
  source: SourceSpec,
  options: { drive: string[]; yes?: boolean; verify: boolean; writeAll?: boolean },
): Promise<number> {
  const paths = options.drive.map((path) => resolve(path))
  const drives: Drive[] = []
  // Before one of them is touched all of them must be right.
  for (const path of paths) {
    const drive = unwrap(await api.inspectDrive({ path }))
    const refusal = drive.refusals[0]
    if (refusal) throw new KindlingError(refusal.code, refusal.details)
    if (drives.some(({ identity }) => identity.device === drive.identity.device))
      throw new KindlingError('usage', { reason: `--drive names ${drive.identity.device} twice` })
    drives.push(drive)
  }
  if (!options.yes) await confirm(drives, source, output.json)
  const spec: WriteSpec = {
    source,
    drives: drives.map(({ identity }, index) => ({ drive: paths[index]!, identity })),
    verify: options.verify,
    writeAll: options.writeAll,
  }
  const start = async () => {
    const started = await api.startWrites({ spec })
    return started.ok ? { ok: true as const, value: started.value.ids } : started
  }
  return runJobs(api, output, interrupts, start, describeReceipt, paths)
}

/** @throws confirmation-missing, declined */
async function confirm(drives: Drive[], source: SourceSpec, json: boolean): Promise<void> {
  const { stdin, stderr } = process
  const names = drives.map(({ name }) => name).join(', ')
  if (json || !stdin.isTTY || !stderr.isTTY) throw new KindlingError('confirmation-missing', { drive: names })
  stderr.write(
    [
      `Image  ${describeSource(source)}`,
      ...drives.flatMap((drive) => [
        `Drive  ${[...new Set([drive.name, formatBytes(drive.identity.size), drive.identity.device])].join(', ')}`,
        `On it  ${describeContents(drive)}`,
      ]),
      '',
    ].join('\n'),
  )
  const terminal = createInterface({ input: stdin, output: stderr })
  try {
    const ended = new Promise<string>((settle) => terminal.once('close', () => settle('')))
    // The line editor takes Ctrl-C for itself; it means the same here as everywhere.
    terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    const reply = await Promise.race([terminal.question(`Erase ${names} and write the image? Type "yes": `), ended])
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
