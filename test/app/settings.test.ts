import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Bridge } from '../../src-shared/window-api.ts'
import type { SettingsChanges } from '../../src-shared/settings.ts'
import { startCoreosMirror, type CoreosMirror } from '../support/coreos-mirror.ts'
import { openWindow, type OpenWindow } from '../support/open-window.ts'
import { privateDirectories } from '../support/private-directories.ts'
import { canOpenWindow } from '../support/run-electron.ts'
import { runKindling } from '../support/run-kindling.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts'

const missing = canOpenWindow()

describe.skipIf(missing)(`the settings of the window${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let coreos: CoreosMirror
  let home: TemporaryDirectory
  let window: OpenWindow | undefined
  beforeAll(async () => void (coreos = await startCoreosMirror()))
  afterAll(() => coreos?.dispose())
  beforeEach(async () => void (home = await makeTemporaryDirectory('kindling-window-')))
  afterEach(async () => {
    await window?.close()
    await home.dispose()
  })

  const env = () => ({ KINDLING_STREAM_BASE_URL: coreos.baseUrl, KINDLING_KEYRING: coreos.keyringFile })
  async function open(more: Record<string, string> = {}): Promise<void> {
    window = await openWindow({ home: home.path, env: { ...env(), ...more } })
    // Playwright has a light theme of its own, unless it is told to leave it.
    await window.page.emulateMedia({ colorScheme: null })
  }
  const change = (changes: SettingsChanges) =>
    window!.page.evaluate(
      (changes) => (globalThis as unknown as { kindling: Bridge }).kindling.call('changeSettings', { changes }),
      changes,
    )
  const isDark = () => window!.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)

  test('a theme holds at once, for this window and the next one', async () => {
    await open()
    await change({ theme: 'dark' })
    await expect.poll(isDark).toBe(true)
    await change({ theme: 'light' })
    await expect.poll(isDark).toBe(false)
    await change({ theme: 'dark' })
    await window!.close()
    await open()
    expect(await window!.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark')
    expect(await isDark()).toBe(true)
  })

  test('a theme that the command line sets holds for a window that is open, once it does something', async () => {
    await open()
    const run = await runKindling(['settings', 'theme', 'dark'], { env: privateDirectories(home.path) })
    expect(run.code).toBe(0)
    await window!.page.evaluate(() => (globalThis as unknown as { kindling: Bridge }).kindling.call('cache', {}))
    await expect.poll(isDark).toBe(true)
  })

  test('a file that is broken is set aside, and the window opens', async () => {
    const config = join(home.path, 'config/kindling')
    await mkdir(config, { recursive: true })
    await writeFile(join(config, 'settings.json'), '{"theme": "blue"}')
    await open()
    const aside = (await readdir(config)).filter((name) => name.startsWith('settings'))
    expect(aside).toEqual([expect.stringMatching(/^settings-\d{4}-/)])
  })
})
