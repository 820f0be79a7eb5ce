import { existsSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Need } from './needs.ts'

/** Bytes of the runtime, where the file system begins. */
const size = 4096

/**
 * What electron-builder needs to make an AppImage (`APPIMAGE_TOOLS_PATH`), of the system's own tools. The runtime, which starts an
 * AppImage and which no Debian has, is a stand-in: it unpacks what the real one mounts, and says the same of it.
 * @param directory that is made
 */
export async function makeAppImageTools(directory: string): Promise<void> {
  const arch = process.arch
  await mkdir(join(directory, 'runtimes'), { recursive: true })
  await mkdir(join(directory, 'lib', arch), { recursive: true })
  for (const tool of ['mksquashfs', 'desktop-file-validate']) await symlink(find(tool), join(directory, tool))
  const runtime = `#!/bin/sh
APPIMAGE=$(readlink -f "$0")
unpacked=$(mktemp -d)
APPDIR=$unpacked/app
export APPIMAGE APPDIR
unsquashfs -quiet -no-progress -offset ${size} -dest "$APPDIR" "$APPIMAGE" >/dev/null || exit 1
"$APPDIR/AppRun" "$@"
code=$?
rm -rf "$unpacked"
exit $code
`
  await writeFile(join(directory, 'runtimes', `runtime-${arch}`), runtime.padEnd(size, '\n'))
}

/** The needs of a test that makes an AppImage. */
export const appImageNeeds: Need[] = [
  'command:mksquashfs',
  'command:unsquashfs',
  'command:desktop-file-validate',
  'command:gpg',
]

const find = (tool: string): string =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, tool))
    .find((path) => existsSync(path))!
