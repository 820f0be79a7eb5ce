import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeZram, makeZramNamed, type Device } from '../support/drives/devices.ts'
import { describeWith } from '../support/run/needs.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { errno, isOfBody, makeServedDrive, type ServedDrive } from '../support/drives/served-drive.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { mib } from '../support/files/mib.ts'

describeWith(['window', 'fuse', 'zram'], 'several drives in the window', () => {
  let world: WindowWorld
  let good: ServedDrive
  let bad: ServedDrive
  /** A promise that the slow drive awaits before it answers. */
  let held: Promise<void>
  let release = () => {}
  const hold = () => (held = new Promise((resolve) => (release = resolve)))
  beforeAll(async () => {
    world = await makeWindowWorld()
    const make = () => makeServedDrive(Buffer.alloc(64 * mib, 0x5a), { sectorSize: 4096 })
    hold()
    ;[good, bad] = await Promise.all([make(), make()])
  })
  afterAll(async () => {
    release()
    await world?.dispose()
    await good?.dispose()
    await bad?.dispose()
  })

  const location = () => world.coreos.find('4k.raw.xz').location
  const row = (device: string) => world.window.page.getByTestId(`row-${device}`)
  const stateOf = (device: string) => row(device).getAttribute('data-state')
  const drive = (device: string) => world.window.page.getByTestId(`drive-${device}`)

  async function add(device: string): Promise<void> {
    await world.window.answerDialogs(device)
    await world.window.page.getByRole('button', { name: 'Disk-image file…' }).click()
    await drive(device).waitFor()
  }

  test('several are chosen by checkboxes, and one that is unplugged meanwhile is left out, also when it returns', async () => {
    const { window, zram } = world
    const { page } = window
    await page.getByTestId('format-raw.xz').click()
    await page.getByTestId('first-boot-published').click()
    await page.getByTestId('several').click()
    expect(await page.getByTestId('start').count()).toBe(0)
    await drive(zram.device).click()
    let other: Device = await makeZram(64 * mib)
    const { device } = other
    await drive(device).click()
    await page.getByRole('button', { name: 'Erase and write 2 drives' }).waitFor()
    await other.dispose()
    await page.getByRole('button', { name: `Erase and write ${zram.device}` }).waitFor()
    await page.getByTestId(`gone-${device}`).getByText('Unplugged').waitFor()
    await page.getByRole('button', { name: `${device} (was unplugged)` }).waitFor()
    await page.getByText(`${device} was unplugged.`).waitFor()
    other = await makeZramNamed(device, 64 * mib)
    expect(other.device).toBe(device)
    await drive(device).waitFor()
    await page.getByTestId(`gone-${device}`).waitFor({ state: 'detached' })
    expect(await drive(device).getByRole('checkbox').isChecked()).toBe(false)
    expect(await drive(zram.device).getByRole('checkbox').isChecked()).toBe(true)
    await other.dispose()
  })

  test('the question lists every drive', async () => {
    const { window, zram } = world
    const { page } = window
    await add(good.device)
    await add(bad.device)
    await window.picture('choose-several')
    await page.getByRole('button', { name: 'Erase and write 3 drives' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.waitFor()
    for (const { device } of [zram, good, bad]) await dialog.getByText(device, { exact: true }).first().waitFor()
    await window.picture('confirm-several')
  })

  test('one fails in the middle and says so in its row, while the others go on', async () => {
    const { window, zram } = world
    const { page } = window
    good.behaviour = { before: (request) => (isOfBody(request) ? held : undefined) }
    bad.behaviour = { before: (request) => (isOfBody(request) ? errno.EIO : undefined) }
    await page.getByTestId('confirm').click()
    await page.getByRole('heading', { name: 'Writing 3 drives' }).waitFor()
    await row(bad.device).getByTestId('failure').waitFor()
    expect(await row(bad.device).textContent()).toContain('was erased and cannot boot. You can unplug it.')
    // The failure says it; the warning before it is out of date.
    expect(await row(bad.device).textContent()).not.toContain('up to 3 times')
    await expect.poll(() => stateOf(zram.device)).toBe('proved')
    expect(await stateOf(good.device)).toBe('running')
    await window.picture('several-one-failed')
  })

  test('it is tried again alone, for the same drive', async () => {
    const { coreos, window, zram } = world
    const { page } = window
    bad.behaviour = { before: (request) => (isOfBody(request) ? held : undefined) }
    await row(bad.device).getByRole('button', { name: 'Try again' }).click()
    await row(bad.device).getByRole('progressbar').waitFor()
    await window.picture('several-writing')
    release()
    await page.getByRole('heading', { name: 'All 3 drives written and verified' }).waitFor()
    await window.picture('several-proved')
    for (const { device } of [zram, good, bad]) {
      expect(await stateOf(device)).toBe('proved')
      expect((await readDevice(device, coreos.raw4k.length)).equals(coreos.raw4k)).toBe(true)
    }
    await row(bad.device).getByRole('button', { name: 'Receipt', exact: true }).click()
    await row(bad.device).getByTestId('receipt').getByText(bad.device).waitFor()
    await window.picture('several-receipt')
  })

  test('the next ones start at once: the image is chosen and here, and no drive is chosen', async () => {
    const { coreos, window, zram } = world
    const { page } = window
    await page.getByRole('button', { name: 'Write another' }).click()
    expect(await page.getByTestId('start').count()).toBe(0)
    for (const { device } of [zram, good, bad])
      expect(await drive(device).getByRole('checkbox').isChecked()).toBe(false)
    const fetches = () => coreos.mirror.requests.filter(({ path }) => location().endsWith(path)).length
    const before = fetches()
    await drive(good.device).click()
    await drive(zram.device).click()
    await page.getByText('Already downloaded').waitFor()
    await page.getByTestId('start').click()
    await page.getByTestId('confirm').click()
    await page.getByRole('heading', { name: 'All 2 drives written and verified' }).waitFor()
    expect(fetches()).toBe(before)
    await page.getByRole('button', { name: 'Write another' }).click()
  })

  test('one row is cancelled alone, and one that is pulled out fails alone', async () => {
    const { window, zram } = world
    const { page } = window
    // Data already on the drive would not be written, and neither would zeros. So fill the drives
    // with other bytes.
    good.bytes.fill(0x5a)
    bad.bytes.fill(0x5a)
    let writes = 0
    hold()
    good.behaviour = { before: (request) => (isOfBody(request) ? held : undefined) }
    bad.behaviour = {
      async before(request) {
        if (isOfBody(request) && ++writes === 1) await bad.pull()
        return writes > 0 ? errno.EIO : undefined
      },
    }
    for (const { device } of [zram, good, bad]) await drive(device).click()
    await page.getByTestId('start').click()
    await page.getByTestId('confirm').click()
    await row(good.device)
      .getByRole('button', { name: `Cancel ${good.device}` })
      .click()
    await page.getByTestId('stop').click()
    release()
    await row(good.device).getByText('Stopped.').waitFor()
    await row(bad.device).getByTestId('failure').waitFor()
    await expect.poll(() => stateOf(zram.device)).toBe('proved')
    await page.getByRole('heading', { name: /failed$/ }).waitFor()
    await window.picture('several-failed')
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})
