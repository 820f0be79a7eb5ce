import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/run/needs.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { mib } from '../support/files/mib.ts'

describeWith(['window', 'zram'], 'stopping a job', () => {
  let world: WindowWorld
  beforeAll(async () => void (world = await makeWindowWorld()))
  afterAll(() => world?.dispose())

  /** Withholds the end of the image until the faults are cleared. */
  function holdBack(): void {
    const { mirror, find, raw4kXz } = world.coreos
    mirror.fault(find('4k.raw.xz').location, { kind: 'stall', afterBytes: raw4kXz.length - 100_000 })
  }
  const held = () => world.coreos.mirror.stalled(world.coreos.find('4k.raw.xz').location)
  const isBlank = async () => (await readDevice(world.zram.device, mib)).every((byte) => byte === 0)

  test('a write is cancelled after asking, and the drive cannot boot', async () => {
    const { window } = world
    const { page } = window
    holdBack()
    await world.beginWriting()
    await held()
    await page.getByTestId('numbers').getByText('limited by the network').waitFor()
    await page
      .getByTestId('numbers')
      .getByText(/^0 B\/s/)
      .waitFor()
    await window.picture('standstill')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('alertdialog').getByText('has been erased already').waitFor()
    await window.picture('stop')
    await page.getByTestId('stop').click()

    await page.getByRole('heading', { name: 'Stopped' }).waitFor()
    await page.getByText('cannot boot').waitFor()
    expect(await page.getByTestId('failure').count()).toBe(0)
    await window.picture('stopped')
    expect(await isBlank()).toBe(true)
  })

  test('trying again writes the same drive', async () => {
    const { coreos, zram, window } = world
    coreos.mirror.clearFaults()
    await window.page.getByRole('button', { name: 'Try again' }).click()
    await window.page.getByTestId('receipt').waitFor()
    expect((await readDevice(zram.device, coreos.raw4k.length)).equals(coreos.raw4k)).toBe(true)
    await window.page.getByRole('button', { name: 'Write another' }).click()
    expect(window.complaints).toEqual([])
  })

  test('closing the window during a job asks first, and stops the job cleanly', async () => {
    // A new cache, so that the image has to be downloaded again.
    await world.reopen({ XDG_CACHE_HOME: `${world.home}/another-cache` })
    const { app, page } = world.window
    holdBack()
    await world.beginWriting()
    await held()
    // The window asks the same question before the drive is erased.
    await expect.poll(isBlank).toBe(true)
    const close = (answer: number) =>
      app.evaluate(({ dialog, BrowserWindow }, response) => {
        return new Promise<{ buttons?: string[]; detail?: string }>((resolve) => {
          dialog.showMessageBox = (async (_window: unknown, options: Electron.MessageBoxOptions) => {
            resolve({ buttons: options.buttons!, detail: options.detail! })
            return { response, checkboxChecked: false }
          }) as typeof dialog.showMessageBox
          BrowserWindow.getAllWindows()[0]!.close()
        })
      }, answer)

    const asked = await close(0)
    expect(asked.detail).toContain('cannot boot')
    await page.getByRole('button', { name: 'Cancel' }).waitFor()

    const closed = app.waitForEvent('close')
    await close(1).catch(() => {})
    await closed
    expect(await isBlank()).toBe(true)
  })
})
