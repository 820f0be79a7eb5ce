import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { exchangeFile, makeLoop, makeZram, type Device } from '../support/drives/devices.ts'
import { describeWith } from '../support/run/needs.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { mib } from '../support/files/mib.ts'

describeWith(['window', 'zram', 'loop'], 'the right drive in the window', () => {
  let world: WindowWorld
  beforeAll(async () => void (world = await makeWindowWorld()))
  afterAll(() => world?.dispose())
  /** The drive that the first test adds by hand. It no longer exists after that test. */
  let added = ''
  let made: { dispose(): Promise<void> }[] = []
  afterEach(async () => {
    for (const thing of made.toReversed()) await thing.dispose()
    made = []
  })

  /** Chooses a drive that the list does not show, by adding it as a disk-image file. */
  async function choose(drive: Device, format: string): Promise<void> {
    const { page } = world.window
    await world.window.answerDialogs(drive.device)
    await page.getByRole('button', { name: 'Disk-image file…' }).click()
    // Until this row is checked, another drive is chosen and could be written.
    await page.getByTestId(`drive-${drive.device}`).locator('input:checked').waitFor({ state: 'attached' })
    await page.getByTestId(`format-${format}`).click()
    await page.getByTestId('first-boot-published').click()
    await page.getByTestId('start').waitFor()
    await page.getByTestId('start').click()
    await page.getByRole('alertdialog').waitFor()
  }

  test('a drive over 256 GB is only written once its name is typed', async () => {
    const { coreos, window } = world
    const { page } = window
    const disk = await makeLoop({ size: 300_000 * mib })
    made.push(disk)
    added = disk.device
    await choose(disk, 'raw.xz')
    await page.getByTestId(`drive-${added}`).waitFor({ state: 'attached' })
    const confirm = page.getByTestId('confirm')
    const typed = page.getByTestId('typed-name')
    expect(await confirm.isDisabled()).toBe(true)
    for (const other of ['yes', disk.device.slice(0, -1), `${disk.device}0`, disk.device.toUpperCase()]) {
      await typed.fill(other)
      expect(await confirm.isDisabled()).toBe(true)
      await typed.press('Enter')
      await page.getByRole('alertdialog').waitFor()
    }
    expect((await readDevice(disk.device, mib)).every((byte) => byte === 0)).toBe(true)
    await typed.fill(disk.device)
    await window.picture('confirm-precious')
    await confirm.click()
    await page.getByTestId('receipt').waitFor()
    expect((await readDevice(disk.device, coreos.raw.length)).equals(coreos.raw)).toBe(true)
    await page.getByRole('button', { name: 'Write another' }).click()
  })

  test('a drive that is pulled out while the question is asked takes the question with it', async () => {
    const { page } = world.window
    const zram = await makeZram(64 * mib)
    made.push(zram)
    await page.getByTestId('format-raw.xz').click()
    await page.getByTestId(`drive-${zram.device}`).click()
    await page.getByTestId('start').click()
    await page.getByRole('alertdialog').waitFor()
    await zram.dispose()
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await page.getByTestId(`gone-${zram.device}`).getByText('Unplugged').waitFor()
    await page.getByTestId(`drive-${added}`).waitFor({ state: 'detached' })
    await page.getByTestId(`drive-${world.zram.device}`).click()
    await page.getByTestId('start').waitFor()
    expect(await page.getByRole('alertdialog').count()).toBe(0)
  })

  test('a drive that is plugged in takes no row from under the pointer', async () => {
    const { page } = world.window
    const file = `${world.home}/beside.img`
    await writeFile(file, Buffer.alloc(mib))
    await world.window.answerDialogs(file)
    await page.getByRole('button', { name: 'Disk-image file…' }).click()
    await page.getByTestId(`drive-${file}`).waitFor()
    const zram = await makeZram(64 * mib)
    made.push(zram)
    const rows = () =>
      page.locator('#drives label').evaluateAll((all) => all.map((each) => each.getAttribute('data-testid')))
    // Rows of other tests' drives come and go meanwhile.
    const distance = (shown: (string | null)[]) =>
      shown.indexOf(`drive-${zram.device}`) - shown.indexOf(`drive-${file}`)
    await expect.poll(async () => distance(await rows())).toBeGreaterThan(0)
    expect(await rows()).toContain(`drive-${file}`)
  })

  test('"Try again" is not for another medium that took the place of the drive', async () => {
    const { coreos, window } = world
    const { page } = window
    const drive = await makeLoop({ size: 64 * mib, exchangeable: true })
    made.push(drive)
    // Use an image that is not cached yet.
    await choose(drive, 'iso')
    coreos.mirror.fault(coreos.find('iso').location, { kind: 'status', status: 404 })
    await page.getByTestId('confirm').click()
    await page.getByTestId('failure').waitFor()
    coreos.mirror.clearFaults()

    const other = `${drive.file}.other`
    await writeFile(other, Buffer.alloc(64 * mib, 'somebody else’s '))
    await exchangeFile(drive.device, other)
    const again = page.getByRole('button', { name: 'Try again' })
    await again.click({ timeout: 2000 }).catch(() => undefined)
    // The list may notice the exchange before the click. Then the button is not enabled.
    const refused = page.getByText('is not the drive that was chosen')
    await refused.or(page.getByText('To try again, plug')).first().waitFor()
    expect((await readFile(other)).equals(Buffer.alloc(64 * mib, 'somebody else’s '))).toBe(true)
    await page.getByRole('button', { name: 'Change selection' }).click()
  })

  test('"Try again" is not offered when another drive without serial number took the letter', async () => {
    const { coreos, window } = world
    const { page } = window
    const zram = await makeZram(64 * mib)
    made.push(zram)
    await page.getByTestId('format-raw.xz').click()
    await page.getByTestId(`drive-${zram.device}`).click()
    await page.getByTestId('start').click()
    coreos.mirror.fault(coreos.find('4k.raw.xz').location, { kind: 'status', status: 404 })
    await page.getByTestId('confirm').click()
    await page.getByTestId('failure').waitFor()
    coreos.mirror.clearFaults()
    const again = page.getByRole('button', { name: 'Try again' })
    await expect.poll(() => again.isEnabled()).toBe(true)
    await zram.dispose()
    // The kernel assigns the lowest free number.
    made.push(await makeZram(64 * mib))
    await expect.poll(() => again.isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Change selection' }).click()
  })

  test('a drive that is too small for the disk is offered the ISO of the same release, which it holds', async () => {
    const { coreos, window } = world
    const { page } = window
    const small = await makeLoop({ size: 8 * mib })
    made.push(small)
    coreos.mirror.fault(coreos.find('iso').location, { kind: 'status', status: 503 })
    await page.getByTestId('format-raw.xz').click()
    await window.answerDialogs(small.device)
    await page.getByRole('button', { name: 'Disk-image file…' }).click()
    await page.getByText('The size of the installer and live system is unknown.').waitFor()
    await page.getByRole('button', { name: 'Switch to the installer' }).waitFor()
    coreos.mirror.clearFaults()
    await page.getByTestId('format-iso').click()
    await page.getByTestId('format-raw.xz').click()
    await page
      .getByText('is too small: the image needs 33.6 MB. The installer and live system needs 1.05 MB.')
      .waitFor()
    expect(await page.getByTestId('start').count()).toBe(0)
    await window.picture('too-small')
    await page.getByRole('button', { name: 'Switch to the installer' }).click()
    await page.getByRole('radio', { name: /^Installer and live system/, checked: true }).waitFor()
    await page.getByTestId('start').click()
    await page.getByTestId('confirm').click()
    await page.getByTestId('receipt').waitFor()
    expect((await readDevice(small.device, coreos.iso.length)).equals(coreos.iso)).toBe(true)
    await page.getByRole('button', { name: 'Write another' }).click()
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})
