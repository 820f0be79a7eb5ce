import { execFileSync } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeZram, type Device } from '../support/drives/devices.ts'
import { describeWith, testWith } from '../support/run/needs.ts'
import { errno, makeServedDrive } from '../support/drives/served-drive.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { mib } from '../support/files/mib.ts'

describeWith(['window', 'zram'], 'identify in the window', () => {
  let world: WindowWorld
  let drive: Device
  beforeAll(async () => {
    drive = await makeZram(64 * mib)
    world = await makeWindowWorld()
  })
  afterAll(async () => {
    await world?.dispose()
    await drive?.dispose()
  })

  async function identify(): Promise<void> {
    const { page } = world.window
    await page.getByTestId(`drive-${drive.device}`).click()
    await page.getByTestId('start').click()
  }
  const again = () => world.window.page.getByRole('button', { name: 'Identify another drive' }).click()

  test('a drive that holds a published image is told to, as a proof', async () => {
    const { coreos, window } = world
    const { page } = window
    await writeFile(drive.device, coreos.raw4k)
    await page.keyboard.press('Control+3')
    await window.picture('identify')
    await identify()
    await page.getByRole('heading', { name: `Fedora CoreOS stable ${coreos.release}` }).waitFor()
    const remark = page.getByTestId('identified').getByText('matches the hash in the stream')
    const hash = page.getByTestId('identified').locator('code')
    // Poll until the layout is stable: the two boxes are measured one after the other.
    const gap = async () => {
      const [above, below] = [await hash.boundingBox(), await remark.boundingBox()]
      return above && below && below.y - above.y - above.height
    }
    await expect.poll(gap).toBeGreaterThanOrEqual(0)
    await window.picture('identified')
    await again()
  })

  test('what only a drive itself says is told as no proof', async () => {
    const { coreos, window } = world
    const { page } = window
    const changed = Buffer.from(coreos.raw4k)
    changed.fill(0x5a, 20 * mib, 21 * mib)
    await writeFile(drive.device, changed)
    await identify()
    await page.getByTestId('hints').getByText('Not proof:').waitFor()
    await page.getByText(/^Its GPT partition table for 4096-byte sectors has: .*; “EFI-SYSTEM”, EFI system, /).waitFor()
    expect(await page.getByTestId('identified').count()).toBe(0)
    await window.picture('identify-hints')
    await again()
  })

  test('a drive of which nothing is known is said to be unknown', async () => {
    const { window } = world
    const { page } = window
    await writeFile(drive.device, Buffer.alloc(64 * mib, 'somebody else’s '))
    await identify()
    await page.getByRole('heading', { name: 'Unknown' }).waitFor()
    await window.picture('identify-unknown')
    await again()
  })

  testWith(['command:sfdisk'], 'a stick of another system is told by its partitions', async () => {
    const { page } = world.window
    const home = await makeTemporaryDirectory()
    const stick = home.file('stick.img')
    await writeFile(stick, Buffer.alloc(8 * mib))
    execFileSync('sfdisk', ['--quiet', stick], { input: 'label: dos\nstart=2048, size=4096, type=c\n' })
    await writeFile(drive.device, await readFile(stick))
    await home.dispose()
    await identify()
    await page.getByText('Its MBR partition table for 4096-byte sectors has: FAT, 16.8 MB.').waitFor()
    // The system has no nodes for the partitions of this drive. It is not empty all the same.
    await page.getByTestId('compared').getByText('The system sees no file system in these partitions.').waitFor()
    await again()
  })

  test('a drive whose first MiB is zeros is said to be cleared', async () => {
    const { window } = world
    const { page } = window
    await writeFile(drive.device, Buffer.alloc(mib))
    await identify()
    await page.getByRole('heading', { name: 'The drive is cleared' }).waitFor()
    expect(await page.getByTestId('identified').count()).toBe(0)
    expect(await page.getByTestId('hints').count()).toBe(0)
    await window.picture('identify-cleared')
    await again()
  })

  testWith(['fuse'], 'a drive that cannot be read is told, and identified when it is tried again', async () => {
    const { coreos, window } = world
    const { page } = window
    const served = await makeServedDrive(Buffer.from(coreos.raw4k), { sectorSize: 4096 })
    try {
      await window.answerDialogs(served.device)
      await page.getByRole('button', { name: 'Disk-image file…' }).click()
      await page.getByTestId(`drive-${served.device}`).waitFor()
      served.behaviour = {
        before: ({ kind, offset }) => (kind === 'read' && offset >= 16 * mib ? errno.EIO : undefined),
      }
      await page.getByTestId('start').click()
      await page.getByTestId('failure').waitFor()
      expect(await page.getByTestId('identified').count()).toBe(0)
      await window.picture('identify-failed')
      served.behaviour = {}
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByTestId('identified').waitFor()
      await again()
    } finally {
      await served.dispose()
    }
  })

  test('a drive that was added by hand and is gone is not begun with, whatever is to be done', async () => {
    const { window } = world
    const { page } = window
    for (const [key, name] of [
      ['Control+2', 'verified.img'],
      ['Control+3', 'identified.img'],
    ] as const) {
      const file = join(world.home, name)
      await writeFile(file, Buffer.alloc(mib, 'a drive '))
      await page.keyboard.press(key)
      await window.answerDialogs(file)
      await page.getByRole('button', { name: 'Disk-image file…' }).click()
      await page.getByTestId(`drive-${file}`).waitFor()
      const start = (await page.getByTestId('start').elementHandle())!
      await rm(file)
      // If a drive of another test comes or goes at this moment, the file is already missed and the
      // button is disabled. So click by script.
      await start.evaluate((button: HTMLElement) => button.click())
      await page.getByTestId(`gone-${file}`).waitFor()
      expect(await page.getByTestId('failure').count()).toBe(0)
      expect(await page.getByTestId('start').count()).toBe(0)
    }
  })

  test('a drive that is unplugged is chosen no more', async () => {
    const { window } = world
    const { page } = window
    await page.getByTestId(`drive-${drive.device}`).click()
    await drive.dispose()
    await page.getByTestId(`gone-${drive.device}`).waitFor()
    expect(await page.getByTestId('start').count()).toBe(0)
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})
