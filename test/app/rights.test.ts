import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { makeZram, type Device } from '../support/drives/devices.ts'
import { lacking } from '../support/run/needs.ts'
import { openAsNobody } from '../support/window/open-as-nobody.ts'
import type { OpenWindow } from '../support/window/open-window.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { mib } from '../support/files/mib.ts'

const missing = lacking('window', 'loop', 'sudo', 'pkexec')

let coreos: CoreosMirror
let zram: Device
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
  await zram?.dispose()
})

async function write(): Promise<void> {
  const { page } = window
  await page.getByTestId('format-raw.xz').click()
  await page.getByTestId(`drive-${zram.device}`).click()
  await page.getByTestId('first-boot-published').click()
  await page.getByTestId('start').click()
  await page.getByTestId('confirm').click()
}

test('the window of somebody without rights asks polkit, and proves the drive', async () => {
  window = await openAsNobody(coreos, { polkit: 'yes' })
  await write()
  await window.page.getByTestId('receipt').waitFor()
  expect(await window.page.getByTestId('statement').textContent()).toContain('read every byte back')
  expect((await readDevice(zram.device, coreos.raw4k.length)).equals(coreos.raw4k)).toBe(true)
})

test('the window says calmly that nobody may open the drive, and that it was not touched', async () => {
  window = await openAsNobody(coreos, { polkit: 'no' })
  await write()
  await window.page.getByText(`No permission to open ${zram.device}`).waitFor()
  await window.page.getByRole('heading', { name: 'Nothing was written' }).waitFor()
  await window.picture('not-allowed')
})
