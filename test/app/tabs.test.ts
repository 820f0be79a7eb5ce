import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bridge } from '../../src-shared/window-api.ts'
import { makeZram, type Device } from '../support/drives/devices.ts'
import { describeWith } from '../support/run/needs.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { mib } from '../support/files/mib.ts'

describeWith(['window', 'zram'], 'four jobs in one window', () => {
  let world: WindowWorld
  let other: Device
  beforeAll(async () => {
    world = await makeWindowWorld()
    other = await makeZram(128 * mib)
  })
  afterAll(async () => {
    await world?.dispose()
    await other?.dispose()
  })

  const { press, selected } = {
    press: (keys: string) => world.window.page.keyboard.press(keys),
    selected: () => world.window.page.getByRole('tab', { selected: true }).innerText(),
  }

  /** Places of the tabs in a window of this width; they must not depend on marks or selection. */
  async function placesAt(width: number): Promise<string> {
    await world.window.resize(width, 700)
    const places = await world.window.page
      .getByRole('tab')
      .evaluateAll((tabs) => tabs.map((tab) => tab.getBoundingClientRect()).map(({ x, y, width }) => [x, y, width]))
    return JSON.stringify(places)
  }
  const widths = [700, 899, 900, 1000, 1099, 1120, 1440]
  const unmarked: string[] = []

  test('no tab is outside of its row, in any width and language', async () => {
    const { page } = world.window
    for (const width of widths) unmarked.push(await placesAt(width))
    for (const choice of ['ru', 'en'] as const) {
      await page.evaluate(
        (language) =>
          (globalThis as unknown as { kindling: Bridge }).kindling.call('changeSettings', { changes: { language } }),
        choice,
      )
      await page.getByRole('tab', { name: choice === 'ru' ? 'Запись' : 'Write' }).waitFor()
      for (const width of [900, 1099, 1100]) {
        await world.window.resize(width, 700)
        const gear = await page.locator('header .bar > button').boundingBox()
        const tabs = await page.getByRole('tab').evaluateAll((all) => all.map((tab) => tab.getBoundingClientRect()))
        expect(new Set(tabs.map(({ y }) => y)).size).toBe(1)
        for (const { right } of tabs) expect(right).toBeLessThanOrEqual(gear!.x)
      }
    }
    await world.window.resize(1120, 760)
  })

  test('the other platforms of a stream are in Download', async () => {
    const { page } = world.window
    await page.getByRole('button', { name: 'Other platforms: Download' }).click()
    expect(await selected()).toBe('Download')
    await page.getByText('qcow2.xz').waitFor()
    await press('Control+1')
  })

  test('each is reached by a key, and comes back with what was chosen in it', async () => {
    const { page } = world.window
    await page.getByTestId('format-raw.xz').click()
    await press('Control+2')
    expect(await selected()).toBe('Verify')
    await page.getByRole('radio', { name: 'URL', exact: true }).click()
    // Answers the system's dialog for the user: no server may be contacted.
    await world.window.answerQuestions(false)
    await page.getByLabel('URL of the image').fill('https://example.org/a.raw')
    await press('Control+3')
    expect(await selected()).toBe('Identify')
    await page.getByTestId(`drive-${world.zram.device}`).click()
    await press('Control+4')
    expect(await selected()).toBe('Download')
    await page.getByRole('searchbox').fill('metal pxe')
    await press('Control+1')
    expect(await selected()).toBe('Write')
    await page.getByTestId('format-raw.xz').locator('input:checked').waitFor({ state: 'attached' })
    await press('Control+2')
    expect(await page.getByLabel('URL of the image').inputValue()).toBe('https://example.org/a.raw')
    await press('Control+3')
    expect(await page.getByTestId(`drive-${world.zram.device}`).getByRole('radio').isChecked()).toBe(true)
    await press('Control+4')
    expect(await page.getByRole('searchbox').inputValue()).toBe('metal pxe')
    await press('Control+5')
    expect(await selected()).toBe('Restore')
    await press('Control+6')
    expect(await selected()).toBe('Save')
    await press('Control+1')
  })

  test('a job goes on while one looks around, its tab says how far it is, and its drive is nobody else’s', async () => {
    const { coreos, window, zram } = world
    const { page } = window
    const { location } = coreos.find('4k.raw.xz')
    coreos.mirror.fault(location, { kind: 'stall', afterBytes: coreos.raw4kXz.length - 100_000 })
    await world.beginWriting()
    await coreos.mirror.stalled(location)
    await page.getByTestId('tab-write').getByText(/\d+ %/).waitFor()
    await press('Control+3')
    // The drive had been chosen here before.
    await page.getByText('Choose a drive to identify.').waitFor()
    expect(await page.getByTestId(`drive-${zram.device}`).count()).toBe(0)
    await page.getByRole('button', { name: /hidden:/ }).click()
    await page.getByText('It is being written; see Write.').waitFor()
    await window.picture('identify-drive-in-use')
    for (const [index, width] of widths.entries()) expect(await placesAt(width)).toBe(unmarked[index])
    await window.resize(1120, 760)
    expect(await page.getByTestId('tab-write').innerText()).toMatch(/\d+ %/)
  })

  test('another job runs beside it, on another drive', async () => {
    const { window } = world
    const { page } = window
    await press('Control+2')
    await page.getByRole('radio', { name: 'Fedora CoreOS', exact: true }).click()
    await page.getByTestId('format-raw.xz').click()
    await page.getByTestId(`drive-${other.device}`).click()
    await page.getByTestId('start').click()
    await page.getByRole('heading', { name: 'The drive does not match the image' }).waitFor()
    await page.getByTestId('tab-write').getByText(/\d+ %/).waitFor()
    await window.picture('beside')
  })

  test('it ends by itself, and its tab says so', async () => {
    const { coreos, window, zram } = world
    const { page } = window
    coreos.mirror.clearFaults()
    await page.getByTestId('tab-write').getByText('done').waitFor()
    expect(await page.getByTestId('tab-verify').textContent()).toContain('failed')
    expect((await readDevice(zram.device, coreos.raw4k.length)).equals(coreos.raw4k)).toBe(true)
    for (const [index, width] of widths.entries()) expect(await placesAt(width)).toBe(unmarked[index])
    await window.resize(1120, 760)
    await page.getByRole('button', { name: 'Change selection' }).click()
    await page.getByTestId(`drive-${zram.device}`).waitFor()
    await press('Control+1')
    await page.getByTestId('receipt').waitFor()
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})
