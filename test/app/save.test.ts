import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeLoop, type Device } from '../support/drives/devices.ts'
import { decode } from '../../src-main/image/decode/decode.ts'
import { collectPieces } from '../support/images/collect-pieces.ts'
import { inChunks } from '../support/images/decode-bytes.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { errno, makeServedDrive } from '../support/drives/served-drive.ts'
import { makeNoise } from '../support/images/random-bytes.ts'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { describeWith } from '../support/run/needs.ts'
import { findBarriers } from '../support/window/find-barriers.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { mib } from '../support/files/mib.ts'

const driveSize = 64 * mib
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describeWith(['window', 'loop', 'fuse'], 'save in the window', () => {
  let coreos: CoreosMirror
  let loop: Device
  let home: TemporaryDirectory
  let window: OpenWindow
  beforeAll(async () => {
    ;[coreos, loop, home] = await Promise.all([
      startCoreosMirror({ imageSize: 24 * mib }),
      makeLoop({ size: driveSize }),
      makeTemporaryDirectory('kindling-window-'),
    ])
    const env = { KINDLING_STREAM_BASE_URL: coreos.baseUrl, KINDLING_KEYRING: coreos.keyringFile }
    window = await openWindow({ home: home.path, env })
    await window.page.keyboard.press('Control+6')
  })
  afterAll(async () => {
    await window?.close()
    await loop?.dispose()
    await coreos?.dispose()
    await home?.dispose()
  })

  const at = (testId: string) => window.page.getByTestId(testId)
  const button = (name: string) => window.page.getByRole('button', { name, exact: true })

  /** Chooses a file in the dialog of the system. */
  async function chooseFile(name: string): Promise<string> {
    const path = `${home.path}/${name}`
    await window.answerDialogs(path)
    await at('choose-image-file').click()
    await window.page.getByText(path).first().waitFor()
    return path
  }

  async function addDrive(device: string): Promise<void> {
    await window.answerDialogs(device)
    await button('Disk-image file…').click()
    await at(`drive-${device}`).locator('input:checked').waitFor({ state: 'attached' })
  }

  test('a drive becomes a compressed file, which is read twice, and shown in its folder', async () => {
    const { page, app } = window
    const { device } = loop
    await writeFile(device, coreos.raw)
    await page.getByText('Choose a drive to save.').waitFor()
    await addDrive(device)
    await page.getByText('Choose an image file.').waitFor()
    const path = await chooseFile('stick.img.gz')
    // The dialog of the system asks whether to replace a file.
    await writeFile(path, 'an older file')
    await page.getByLabel('Read the drive twice').click()
    await window.picture('save')
    expect(await findBarriers(page)).toEqual([])
    const before = await readDevice(device, driveSize)
    await at('start').click()
    await page.getByRole('heading', { name: 'Saved', exact: true }).waitFor()
    await window.picture('saved')
    expect(await findBarriers(page)).toEqual([])
    const file = await readFile(path)
    expect(gunzipSync(file).equals(before)).toBe(true)
    expect((await readDevice(device, driveSize)).equals(before)).toBe(true)
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
    const { page } = window
    await at(`drive-${loop.device}`).click()
    const path = await chooseFile('image.img')
    await at('size-image').click()
    await page.getByText('an image that has not booted yet').waitFor()
    await at('start').click()
    await at('files').waitFor()
    expect((await readFile(path)).equals(coreos.raw)).toBe(true)
    await button('Save another drive').click()
    await at('size-all').click()
  })

  test('a save is stopped after a question, and goes on where it stood', async () => {
    const { page } = window
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
      await window.picture('saving')
      await button('Cancel').click()
      await page.getByRole('alertdialog').getByText('is kept for the next try').waitFor()
      await at('stop').click()
      middle()
      await page.getByRole('heading', { name: 'Stopped', exact: true }).waitFor()
      await page.getByText('What was saved is kept.').waitFor()
      await window.picture('save-stopped')
      expect((await readdir(home.path)).filter((name) => name.startsWith('other.img.gz'))).toEqual([
        'other.img.gz.save.partial',
      ])
      served.behaviour = {}
      await button('Try again').click()
      await at('files').waitFor()
      await page
        .getByText(/An earlier run saved the first [\d,]+ bytes/)
        .first()
        .waitFor()
      expect(gunzipSync(await readFile(path)).equals(bytes)).toBe(true)
      expect((await readdir(home.path)).filter((name) => name.includes('partial'))).toEqual([])
      await button('Save another drive').click()
    } finally {
      middle()
      await served.dispose()
    }
  })

  test('a drive that cannot be read fails as not saved, and is saved with gaps when that is wanted', async () => {
    const { page } = window
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
      await window.picture('save-failed')
      await button('Change selection').click()
      await page.getByLabel('Continue past places that cannot be read').click()
      await at('start').click()
      await page.getByRole('heading', { name: 'Saved, with gaps' }).waitFor()
      bytes.fill(0, bad.offset, bad.offset + bad.length)
      expect((await readFile(path)).equals(bytes)).toBe(true)
    } finally {
      await served.dispose()
    }
  })

  test('a disk-image file that is gone is told as a file, not as unplugged', async () => {
    const { page } = window
    const drive = home.file('gone.img')
    await writeFile(drive, Buffer.alloc(mib))
    await button('Save another drive').click()
    await addDrive(drive)
    await chooseFile('of-gone.img')
    await rm(drive)
    // A list of the drives may find that out first, and the button is disabled. So click by script.
    await at('start').evaluate((button: HTMLElement) => button.click())
    await at(`gone-${drive}`).getByText('File not found').waitFor()
    await page.getByRole('button', { name: 'gone.img (file not found)' }).waitFor()
    expect(await page.getByText('nplugged').count()).toBe(0)
  })

  test('a .zst is the drive, or the window says that .gz is possible', async () => {
    const { page, app } = window
    await at(`drive-${loop.device}`).click()
    const path = await chooseFile('stick.img.zst')
    // Electron has it since version 36, with Node 22.15.
    const canPack = await app.evaluate(() => 'createZstdCompress' in process.getBuiltinModule('node:zlib'))
    await at('start').click()
    if (canPack) {
      await at('files').waitFor()
      const packed = await readFile(path)
      const saved = await collectPieces(decode('zst', inChunks(packed)))
      expect(saved.equals(await readDevice(loop.device, driveSize))).toBe(true)
      return
    }
    await at('failure').waitFor()
    await page.getByText('.gz is possible').first().waitFor()
    await window.picture('save-zst')
    expect((await readdir(home.path)).filter((name) => name.includes('.zst'))).toEqual([])
  })

  test('the page complained of nothing', () => expect(window.complaints).toEqual([]))
})
