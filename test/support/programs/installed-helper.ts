import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../files/temporary.ts'
import { sourcesSeenAt } from './unprivileged.ts'

/** Path at which packages install the helper. */
export const installedHelper = '/opt/Kindling/kindling-privileged'

/**
 * Makes a folder to be installed in the way packages install theirs: the package's own launcher in
 * front of the helper as built. Node stands in for the packaged Electron, which runs the helper as
 * Node.
 */
export async function makeInstalledHelper(): Promise<TemporaryDirectory> {
  const folder = await makeTemporaryDirectory('kindling-installed-')
  await chmod(folder.path, 0o755)
  await mkdir(folder.file('resources'))
  await symlink(sourcesSeenAt, folder.file('resources/app.asar'))
  await copyFile(
    resolve(import.meta.dirname, '../../../assets/linux/kindling-privileged'),
    folder.file('kindling-privileged'),
  )
  await writeFile(folder.file('kindling-window'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`)
  for (const name of ['kindling-privileged', 'kindling-window']) await chmod(folder.file(name), 0o755)
  return folder
}
