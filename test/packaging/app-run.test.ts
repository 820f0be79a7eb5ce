import { execFileSync } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'

/** The part of electron-builder that writes the script at the start of an AppImage. */
const { generateAppRunScript } = createRequire(import.meta.url)(
  'app-builder-lib/out/targets/appimage/appImageUtil.js',
) as { generateAppRunScript(config: Record<string, unknown>): string }

describeWith(['linux', 'user-namespaces'], 'the start of an AppImage', () => {
  let folder: TemporaryDirectory
  beforeAll(async () => {
    folder = await makeTemporaryDirectory('kindling-app-run-')
    const script = generateAppRunScript({ ExecutableName: 'kindling-window', ProductName: 'Kindling', license: null })
    for (const [name, text] of [
      ['AppRun', script],
      ['kindling-window', '#!/bin/sh\nprintf "%s\\n" "$@"\n'],
    ] as const) {
      await writeFile(folder.file(name), text)
      await chmod(folder.file(name), 0o755)
    }
  })
  afterAll(() => folder?.dispose())

  /** Starts the AppImage's script from a menu, in the user namespace of a shell. */
  const start = (before: string) =>
    execFileSync(
      'unshare',
      ['--user', '--map-root-user', 'sh', '-c', `${before}; exec "$0" a`, folder.file('AppRun')],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], APPDIR: folder.path },
      },
    ).split('\n')

  test('keeps Chromium’s sandbox where namespaces are allowed, and starts without it where they are not', () => {
    expect(start('true')).toEqual(['a', ''])
    // As Ubuntu's AppArmor and hardened kernels refuse them; this limit holds for the one shell.
    expect(start('echo 0 >/proc/sys/user/max_user_namespaces')).toEqual(['--no-sandbox', 'a', ''])
  })
})
