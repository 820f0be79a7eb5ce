import { execFileSync } from 'node:child_process'
import { readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDevice } from '../support/drives/read-device.ts'
import { errno, makeServedDrive } from '../support/drives/served-drive.ts'
import { describeWith } from '../support/run/needs.ts'
import { findBarriers } from '../support/window/find-barriers.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { mib } from '../support/files/mib.ts'

describeWith(['window', 'zram', 'loop', 'command:fsck.exfat', 'command:fsck.vfat'], 'restore in the window', () => {
  let world: WindowWorld
  beforeAll(async () => {
    world = await makeWindowWorld()
    await world.window.page.keyboard.press('Control+5')
  })
  afterAll(() => world?.dispose())

  const at = (testId: string) => world.window.page.getByTestId(testId)

  /** Checks the file system behind the first MiB with the tool of others. */
  async function check(bytes: Buffer, tool: string): Promise<string> {
    const file = `${world.home}/partition.img`
    await writeFile(file, bytes.subarray(mib))
    return execFileSync(tool, ['-n', file], { stdio: 'pipe' }).toString()
  }

  test('a drive becomes a storage stick with a label, after a question', async () => {
    const { page } = world.window
    const { device } = world.zram
    await writeFile(device, world.coreos.raw4k)
    await page.getByText('Choose a drive to restore.').waitFor()
    await at(`drive-${device}`).click()
    await page.getByLabel('Label').fill('PHOTOS')
    await world.window.picture('restore')
    expect(await findBarriers(page)).toEqual([])
    await at('start').click()
    await page.getByRole('alertdialog').getByText('will be lost').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    expect((await readDevice(device, mib)).equals(world.coreos.raw4k.subarray(0, mib))).toBe(true)

    await at('start').click()
    await at('confirm').click()
    await at('restored').getByText('PHOTOS').waitFor()
    await at('restored').getByText('exFAT').waitFor()
    await page.getByText('is an empty storage stick. You can unplug it.').waitFor()
    await world.window.picture('restored')
    expect(await findBarriers(page)).toEqual([])
    const { length } = await readFile(device)
    expect(await check(await readDevice(device, length), 'fsck.exfat')).toContain('clean')
    await page.getByRole('button', { name: 'Restore another drive' }).click()
    expect(await at('start').count()).toBe(0)
  })

  test('another file system is taken if it is chosen, and a label that it cannot have is refused', async () => {
    const { page } = world.window
    const path = `${world.home}/stick.img`
    await writeFile(path, '')
    await truncate(path, 64 * mib)
    await world.window.answerDialogs(path)
    await page.getByRole('button', { name: 'Disk-image file…' }).click()
    await at('file-system-fat32').click()
    await page.getByLabel('Label').fill('a.b')
    await at('start').click()
    await at('confirm').click()
    await at('failure').waitFor()
    await page.getByText(`stick.img was not changed`).waitFor()
    // A file is not plugged in.
    expect(await page.getByText('nplug').count()).toBe(0)
    await page.getByRole('button', { name: 'Change selection' }).click()
    expect((await readFile(path)).every((byte) => byte === 0)).toBe(true)
    await page.getByLabel('Label').fill('music')
    await at('start').click()
    await at('confirm').click()
    await at('restored').getByText('MUSIC').waitFor()
    await page.getByText('stick.img is an empty storage stick.', { exact: true }).waitFor()
    await check(await readFile(path), 'fsck.vfat')
    expect((await stat(path)).size).toBe(64 * mib)
    await page.getByRole('button', { name: 'Restore another drive' }).click()
  })

  test('a drive that fails is said to be erased, and can be restored again', async () => {
    const { page } = world.window
    const stick = await makeServedDrive(Buffer.alloc(64 * mib, 0x5a))
    // The tables of the file system, behind the bytes that are cleared and tried first.
    const isTable = (offset: number, length: number) => offset >= mib && offset < 60 * mib && length > 65_536
    stick.behaviour = {
      before: ({ kind, offset, length }) =>
        Promise.resolve(kind === 'write' && isTable(offset, length) ? errno.EIO : undefined),
    }
    try {
      await world.window.answerDialogs(stick.device)
      await page.getByRole('button', { name: 'Disk-image file…' }).click()
      await at(`drive-${stick.device}`).locator('input:checked').waitFor({ state: 'attached' })
      await at('start').click()
      await at('confirm').click()
      await at('failure').waitFor()
      await page.getByRole('heading', { name: 'Not restored' }).waitFor()
      await page.getByText('was erased and cannot be used yet').waitFor()
      await world.window.picture('restore-failed')
      stick.behaviour = {}
      await page.getByRole('button', { name: 'Try again' }).click()
      await at('restored').waitFor()
    } finally {
      await stick.dispose()
    }
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})
