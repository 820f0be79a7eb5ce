import { existsSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Need } from '../run/needs.ts'

/** Size of the AppImage runtime in bytes. The file system starts at this offset. */
const size = 4096

/**
 * Makes a tools directory for electron-builder's AppImage target (`APPIMAGE_TOOLS_PATH`) from the
 * system's own tools. The runtime, which starts an AppImage, is not packaged in Debian. A stand-in
 * replaces it: it unpacks the file system that the real runtime mounts, and sets the same
 * environment variables.
 * @param directory – the directory to create
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

/** Needs of a test that builds an AppImage. */
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
