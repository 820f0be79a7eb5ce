import { execFileSync } from 'node:child_process'
import { copyFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { CoreosMirror } from '../mirror/coreos-mirror.ts'
import { makeUnprivileged, type UnprivilegedOptions } from '../programs/unprivileged.ts'
import { openWindow, type OpenWindow } from './open-window.ts'
import { electronFolder } from './run-electron.ts'

const root = resolve(import.meta.dirname, '../../..')

export interface NobodyOptions extends UnprivilegedOptions {
  env?: Record<string, string>
  /** Files and folders that the window sees in place of others, by the paths of those. */
  instead?: Record<string, string>
}

/** Opens the window as an unprivileged user, whose Electron is in /opt/Kindling. */
export async function openAsNobody(
  coreos: CoreosMirror,
  { env, instead = {}, ...options }: NobodyOptions,
): Promise<OpenWindow> {
  const user = await makeUnprivileged({ ...options, installed: electronFolder() })
  const owned = async (name: string, from: string) => {
    const path = user.home.file(name)
    await copyFile(from, path)
    execFileSync('chown', ['nobody:', path])
    return path
  }
  const program = user.shared('electron')
  const mounts = Object.entries(instead).map(([path, seen]) => `mount --bind ${seen} ${path}`)
  // Playwright's own arguments come first, then the application's path. The user sees that path
  // elsewhere, so rewrite it.
  const words = [...user.command(['/opt/Kindling/electron']), '"${@/#$here/$there}"']
  const script = [`here='${root}' there='${user.seen(root)}'`, ...mounts, `exec ${words.join(' ')}`]
  await writeFile(program, `#!/bin/bash\nset -e\n${inOwnMounts}${script.join('\n')}\n`, { mode: 0o755 })
  const authority = process.env['XAUTHORITY']
  const window = await openWindow({
    instead: program,
    home: user.home.path,
    env: {
      HOME: user.home.path,
      KINDLING_KEYRING: await owned('keyring.gpg', coreos.keyringFile),
      KINDLING_STREAM_BASE_URL: coreos.baseUrl,
      ...(authority ? { XAUTHORITY: await owned('authority', authority) } : {}),
      ...env,
    },
  })
  return {
    ...window,
    async close() {
      await window.close()
      await user.dispose()
    },
  }
}

/** Lets a script mount what only it and its programs see. */
const inOwnMounts = '[ -n "$OWN_MOUNTS" ] || OWN_MOUNTS=1 exec unshare --mount --propagation private "$0" "$@"\n'
