import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDevice } from '../support/drives/read-device.ts'
import { errno, makeServedDrive } from '../support/drives/served-drive.ts'
import { makeNoise } from '../support/images/random-bytes.ts'
import { describeWith } from '../support/needs.ts'
import { findBarriers } from '../support/window/find-barriers.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'

const mib = 1024 * 1024
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describeWith(['window', 'zram', 'fuse'], 'save in the window', () => {
  let world: WindowWorld
  beforeAll(async () => {
    world = await makeWindowWorld()
    await world.window.page.keyboard.press('Control+6')
  })
  afterAll(() => world?.dispose())

  const at = (testId: string) => world.window.page.getByTestId(testId)
  const button = (name: string) => world.window.page.getByRole('button', { name, exact: true })

  /** Chooses a file in the dialog of the system. */
  async function chooseFile(name: string): Promise<string> {
    const path = `${world.home}/${name}`
    await world.window.answerDialogs(path)
    await at('choose-image-file').click()
    await world.window.page.getByText(path).first().waitFor()
    return path
  }

  async function addDrive(device: string): Promise<void> {
    await world.window.answerDialogs(device)
    await button('Disk-image file…').click()
    await at(`drive-${device}`).locator('input:checked').waitFor({ state: 'attached' })
  }

  test('a drive becomes a compressed file, which is read twice, and shown in its folder', async () => {
    const { page, app } = world.window
    const { device } = world.zram
    await writeFile(device, world.coreos.raw4k)
    await page.getByText('Choose a drive to save.').waitFor()
    await at(`drive-${device}`).click()
    await page.getByText('Choose an image file.').waitFor()
    const path = await chooseFile('stick.img.gz')
    await page.getByLabel('Read the drive twice').click()
    await world.window.picture('save')
    expect(await findBarriers(page)).toEqual([])
    const before = await readDevice(device, 128 * mib)
    await at('start').click()
    await page.getByRole('heading', { name: 'Saved', exact: true }).waitFor()
    await world.window.picture('saved')
    expect(await findBarriers(page)).toEqual([])
    const file = await readFile(path)
    expect(gunzipSync(file).equals(before)).toBe(true)
    expect((await readDevice(device, 128 * mib)).equals(before)).toBe(true)
    expect((await at('files').innerText()).replaceAll(/\s/g, '')).toContain(sha256(file))
    await at('receipt').getByRole('button').click()
    expect((await at('receipt').innerText()).replaceAll(/\s/g, '')).toContain(
      `SHA-256ofthesecondreading${sha256(before)}`,
    )
    const shown = () => app.evaluate(() => (globalThis as unknown as { shown: string[] }).shown)
    await app.evaluate(({ shell }) => {
      const paths: string[] = []
      shell.showItemInFolder = (path) => void paths.push(path)
      ;(globalThis as unknown as { shown: string[] }).shown = paths
    })
    await button('Show in folder').click()
    await expect.poll(shown).toEqual([path])
    await button('Save another drive').click()
    await page.getByText('Choose a drive to save.').waitFor()
  })

  test('the image alone is the image that was written', async () => {
    const { page } = world.window
    await at(`drive-${world.zram.device}`).click()
    const path = await chooseFile('image.img')
    await at('size-image').click()
    await page.getByText('an image that has not booted yet').waitFor()
    await at('start').click()
    await at('files').waitFor()
    expect((await readFile(path)).equals(world.coreos.raw4k)).toBe(true)
    await button('Save another drive').click()
    await at('size-all').click()
  })

  test('a save is stopped after a question, and goes on where it stood', async () => {
    const { page } = world.window
    const bytes = makeNoise(32 * mib, 6)
    const served = await makeServedDrive(Buffer.from(bytes))
    let middle = () => {}
    const stopped = new Promise<void>((resolve) => (middle = resolve))
    served.behaviour = {
      before: ({ kind, offset }) =>
        kind === 'read' && offset >= 20 * mib && offset < 24 * mib ? stopped.then(() => errno.EIO) : undefined,
    }
    try {
      await addDrive(served.device)
      const path = await chooseFile('other.img.gz')
      await at('start').click()
      await page.getByTestId('numbers').getByText(/B\/s/).waitFor()
      await world.window.picture('saving')
      await button('Cancel').click()
      await page.getByRole('alertdialog').getByText('is kept for the next try').waitFor()
      await at('stop').click()
      middle()
      await page.getByRole('heading', { name: 'Stopped', exact: true }).waitFor()
      await page.getByText('What was saved is kept.').waitFor()
      await world.window.picture('save-stopped')
      expect((await readdir(world.home)).filter((name) => name.startsWith('other.img.gz'))).toEqual([
        'other.img.gz.save.partial',
      ])
      served.behaviour = {}
      await button('Try again').click()
      await at('files').waitFor()
      await page
        .getByText(/An earlier run saved the first \d+ bytes/)
        .first()
        .waitFor()
      expect(gunzipSync(await readFile(path)).equals(bytes)).toBe(true)
      expect((await readdir(world.home)).filter((name) => name.includes('partial'))).toEqual([])
      await button('Save another drive').click()
    } finally {
      middle()
      await served.dispose()
    }
  })

  test('a drive that cannot be read fails as not saved, and is saved with gaps when that is wanted', async () => {
    const { page } = world.window
    const bytes = makeNoise(8 * mib, 7)
    const served = await makeServedDrive(Buffer.from(bytes))
    const bad = { offset: 5 * mib, length: 4096 }
    served.behaviour = {
      before: ({ kind, offset, length }) =>
        kind === 'read' && offset < bad.offset + bad.length && offset + length > bad.offset ? errno.EIO : undefined,
    }
    try {
      await addDrive(served.device)
      const path = await chooseFile('bad.img')
      await at('start').click()
      await at('failure').waitFor()
      await page.getByRole('heading', { name: 'Not saved' }).waitFor()
      await world.window.picture('save-failed')
      await button('Change selection').click()
      await page.getByLabel('Continue where the drive cannot be read').click()
      await at('start').click()
      await page.getByRole('heading', { name: 'Saved, with gaps' }).waitFor()
      bytes.fill(0, bad.offset, bad.offset + bad.length)
      expect((await readFile(path)).equals(bytes)).toBe(true)
    } finally {
      await served.dispose()
    }
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})
