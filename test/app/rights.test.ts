import { execFileSync } from 'node:child_process'
import { copyFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { makeZram, type Device } from '../support/drives/devices.ts'
import { lacking } from '../support/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { electronFolder } from '../support/window/run-electron.ts'
import { makeUnprivileged, type Unprivileged } from '../support/unprivileged.ts'

const mib = 1024 * 1024
const root = resolve(import.meta.dirname, '../..')
const missing = lacking('window', 'loop', 'sudo', 'pkexec')

let coreos: CoreosMirror
let zram: Device
let user: Unprivileged
let window: OpenWindow
beforeAll(async () => {
  if (missing === null) coreos = await startCoreosMirror({ imageSize: 16 * mib })
})
afterAll(() => coreos?.dispose())
beforeEach(async (context) => {
  if (missing !== null) return context.skip(missing)
  zram = await makeZram(32 * mib)
})
afterEach(async () => {
  await window?.close()
  await user?.dispose()
  await zram?.dispose()
})

/** Opens the window as an unprivileged user, with a fixed answer from polkit. */
async function openAsNobody(polkit: 'yes' | 'no'): Promise<OpenWindow> {
  user = await makeUnprivileged({ polkit, installed: electronFolder() })
  const owned = async (name: string, from: string) => {
    const path = user.home.file(name)
    await copyFile(from, path)
    execFileSync('chown', ['nobody:', path])
    return path
  }
  const program = user.shared('electron')
  // Playwright's own arguments come first, then the application's path. The user sees that path
  // elsewhere, so rewrite it.
  const words = [...user.command(['/opt/Kindling/electron']), '"${@/#$here/$there}"']
  await writeFile(program, `#!/bin/bash\nhere='${root}' there='${user.seen(root)}'\nexec ${words.join(' ')}\n`, {
    mode: 0o755,
  })
  const authority = process.env['XAUTHORITY']
  return openWindow({
    instead: program,
    home: user.home.path,
    env: {
      HOME: user.home.path,
      KINDLING_KEYRING: await owned('keyring.gpg', coreos.keyringFile),
      KINDLING_STREAM_BASE_URL: coreos.baseUrl,
      ...(authority ? { XAUTHORITY: await owned('authority', authority) } : {}),
    },
  })
}

async function write(): Promise<void> {
  const { page } = window
  await page.getByTestId('format-raw.xz').click()
  await page.getByTestId(`drive-${zram.device}`).click()
  await page.getByTestId('first-boot-published').click()
  await page.getByTestId('start').click()
  await page.getByTestId('confirm').click()
}

it('the window of somebody without rights asks polkit, and proves the drive', async () => {
  window = await openAsNobody('yes')
  await write()
  await window.page.getByTestId('receipt').waitFor()
  expect(await window.page.getByTestId('statement').textContent()).toContain('read every byte back')
  expect((await readDevice(zram.device, coreos.raw4k.length)).equals(coreos.raw4k)).toBe(true)
})

it('the window says calmly that nobody may open the drive, and that it was not touched', async () => {
  window = await openAsNobody('no')
  await write()
  await window.page.getByText(`No permission to open ${zram.device}`).waitFor()
  await window.page.getByRole('heading', { name: 'Nothing was written' }).waitFor()
  await window.picture('not-allowed')
})
