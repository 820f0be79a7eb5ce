import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canUseDevices } from '../support/devices.ts'
import { readDevice } from '../support/read-device.ts'
import { canOpenWindow } from '../support/run-electron.ts'
import { makeWindowWorld, type WindowWorld } from '../support/window-world.ts'

const missing = canOpenWindow() ?? canUseDevices()

describe.skipIf(missing)(`the window by keyboard alone${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let world: WindowWorld
  beforeAll(async () => void (world = await makeWindowWorld()))
  afterAll(() => world?.dispose())

  /** Tabs on until what has the focus is within what is wanted. */
  async function tabTo(selector: string): Promise<void> {
    const { page } = world.window
    for (let tabs = 0; tabs < 60; tabs++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate((wanted) => document.activeElement?.closest(wanted) !== null, selector)) return
    }
    throw new Error(`Tab never comes to ${selector}`)
  }

  test('a drive is written from the start to the receipt', async () => {
    const { coreos, window, zram } = world
    const { page } = window
    const { keyboard } = page
    await page.getByTestId('format-raw.xz').waitFor()
    await page.getByTestId(`drive-${zram.device}`).waitFor()
    await tabTo('[data-testid="format-raw.xz"]')
    await keyboard.press('ArrowDown')
    await keyboard.press('ArrowDown')
    await page.locator('[data-testid="format-4k.raw.xz"][data-state="checked"]').waitFor()
    await tabTo(`[data-testid="drive-${zram.device}"]`)
    await keyboard.press('Space')
    await page.getByTestId('start').waitFor()
    await tabTo('[data-testid="start"]')
    await keyboard.press('Enter')
    await page.getByRole('alertdialog').waitFor()
    await tabTo('[data-testid="confirm"]')
    await keyboard.press('Enter')
    await page.getByTestId('receipt').waitFor()
    expect((await readDevice(zram.device, coreos.raw4k.length)).equals(coreos.raw4k)).toBe(true)
  })

  test('several are chosen, asked about, and left as they are with Escape', async () => {
    const { page } = world.window
    const { keyboard } = page
    await tabTo('.button.primary')
    await keyboard.press('Enter')
    await tabTo('[data-testid="several"]')
    await keyboard.press('Space')
    await tabTo(`[data-testid="drive-${world.zram.device}"]`)
    await keyboard.press('Space')
    await tabTo('[data-testid="start"]')
    await keyboard.press('Enter')
    await page.getByRole('alertdialog').waitFor()
    await keyboard.press('Escape')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    expect(await page.getByTestId(`drive-${world.zram.device}`).getByRole('checkbox').isChecked()).toBe(true)
  })
})
