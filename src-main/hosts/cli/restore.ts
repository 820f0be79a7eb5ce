import { resolve } from 'node:path'
import { fileSystemNames, type FileSystem } from '../../../src-shared/file-system.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { pathOf } from '../window-arguments.ts'
import { unwrap, type Surface } from './command.ts'
import { confirm } from './confirm.ts'
import { runJob } from './run-jobs.ts'

interface RestoreOptions {
  drive: string
  format?: FileSystem
  label?: string
  yes?: boolean
  confirm?: string
}

/** Makes a drive a plain storage stick, after the user has confirmed that it may be erased. */
export async function restore(surface: Surface, options: RestoreOptions): Promise<number> {
  const { api, output, streams } = surface
  const path = resolve(pathOf(options.drive))
  const drive = unwrap(await api.inspectDrive({ path }))
  const refusal = drive.refusals[0]
  if (refusal) throw KindlingError.revive(refusal)
  const { format, label, yes = false, confirm: name } = options
  const mayAsk = !output.json && streams.stdin.isTTY === true && streams.stderr.isTTY === true
  const [confirmed] = await confirm(
    [drive],
    { line: `Stick  empty${format ? `, ${fileSystemNames[format]}` : ''}`, deed: 'make it a plain storage stick' },
    streams,
    { yes, names: name === undefined ? [] : [name], mayAsk },
  )
  return runJob(surface, { job: 'restore', drive: path, identity: drive.identity, confirmed, format, label })
}
