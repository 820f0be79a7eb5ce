import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillWithOldBytes, makeOldBytes } from '../support/worlds/cli-world.ts'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { expectDriveState, expectSame } from '../support/drives/expect-drive.ts'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { mib } from '../support/files/mib.ts'

const [shown, later, latest, newest] = [
  '44.20260707.3.1',
  '44.20260721.3.0',
  '44.20260804.3.0',
  '44.20260818.3.0',
] as const

describeWith(['window'], 'a stream that moves on', () => {
  let coreos: CoreosMirror
  let home: TemporaryDirectory
  let window: OpenWindow
  let drive: string
  beforeAll(async () => {
    ;[coreos, home] = await Promise.all([
      startCoreosMirror({ release: shown, imageSize: 8 * mib }),
      makeTemporaryDirectory('kindling-window-'),
    ])
    window = await openWindow({
      home: home.path,
      env: { KINDLING_STREAM_BASE_URL: coreos.baseUrl, KINDLING_KEYRING: coreos.keyringFile },
    })
    drive = home.file('drive.img')
  })
  afterAll(async () => {
    await window?.close()
    await coreos?.dispose()
    await home?.dispose()
  })

  const release = () => window.page.getByTestId('release')
  const receipt = () => window.page.getByTestId('receipt')
  const press = (name: string) => window.page.getByRole('button', { name, exact: true }).click()

  const primary = () => window.page.locator('button.primary').allTextContents()

  /**
   * Overwrites the file in place, at the same size. The window inspects it again whenever any drive
   * comes or goes, and a changed size would look like a removed drive.
   */
  async function refill(): Promise<Buffer> {
    const bytes = makeOldBytes(16 * mib)
    await writeFile(drive, bytes, { flag: 'r+' })
    return bytes
  }

  test('what is written is what was shown, not what the stream has meanwhile', async () => {
    const { page } = window
    const before = await fillWithOldBytes(drive, 16 * mib)
    await window.answerDialogs(drive)
    await press('Disk-image file…')
    await page.getByTestId(`drive-${drive}`).click()
    await page.getByTestId('first-boot-published').click()
    await page.getByTestId('start').click()
    await page.getByRole('alertdialog').getByText(shown).first().waitFor()
    await coreos.moveOn(later, 10 * mib)
    // Retried once: in the first attempt, the signature does not match the image.
    const { location, content } = coreos.find('raw.xz')
    await coreos.mirror.put(`${location}.sig`, await coreos.signer.sign(Buffer.from('another file')))
    await page.getByTestId('confirm').click()
    await page.getByText('signature-bad').waitFor()
    await coreos.mirror.put(`${location}.sig`, await coreos.signer.sign(content))
    await press('Download again')
    await receipt().getByRole('button').click()
    expect(await receipt().textContent()).toContain(`stable ${shown}`)
    expectDriveState('proved', { before, after: await readFile(drive), image: coreos.raw })
  })

  test('the next drive gets the same', async () => {
    const { page } = window
    await press('Write another drive')
    expect(await release().textContent()).toContain(shown)
    const before = await refill()
    await page.getByTestId(`drive-${drive}`).click()
    await page.getByTestId('start').click()
    await page.getByTestId('confirm').click()
    await receipt().getByRole('button').click()
    expect(await receipt().textContent()).toContain(`stable ${shown}`)
    expectDriveState('proved', { before, after: await readFile(drive), image: coreos.raw })
    await press('Write another drive')
  })

  test('where it is not known any more nothing is touched, and the choice shows the stream as it is', async () => {
    const { page } = window
    const before = await refill()
    await page.getByTestId(`drive-${drive}`).click()
    await page.getByTestId('start').click()
    await page.getByRole('alertdialog').getByText(shown).first().waitFor()
    const { XDG_CACHE_HOME: cache } = privateDirectories(home.path)
    await rm(join(cache!, 'kindling/streams/older'), { recursive: true })
    await page.getByTestId('confirm').click()
    const failure = page.getByTestId('failure')
    await failure.getByText(`stable is now ${later}; ${shown} was chosen`).waitFor()
    await failure.getByText('Choose a release again').waitFor()
    // A retry would fail in the same way.
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    expect(await primary()).toEqual(['Change selection'])
    await window.picture('release-gone')
    expectSame(await readFile(drive), before)
    await press('Change selection')
    await release().getByText(later).waitFor()
    await page.getByTestId('start').click()
    await page.getByRole('alertdialog').getByText(later).first().waitFor()
    await page.getByTestId('confirm').click()
    await receipt().getByRole('button').click()
    expect(await receipt().textContent()).toContain(`stable ${later}`)
  })

  test('also before it begins', async () => {
    const { page } = window
    await coreos.moveOn(latest, 8 * mib)
    const { XDG_CACHE_HOME: cache } = privateDirectories(home.path)
    await rm(join(cache!, 'kindling/streams'), { recursive: true })
    await press('Write another drive')
    await page.getByText(`stable is now ${latest}; ${later} was chosen`).waitFor()
    await page.getByTestId(`drive-${drive}`).click()
    expect(await page.getByTestId('start').count()).toBe(0)
    await press('Try again')
    await release().getByText(latest).waitFor()
    await page.getByTestId('start').waitFor()
  })

  test('several drives are not tried again either', async () => {
    const { page } = window
    const other = home.file('other.img')
    await fillWithOldBytes(other, 16 * mib)
    await page.getByTestId('several').click()
    await window.answerDialogs(other)
    await press('Disk-image file…')
    await page.getByTestId(`drive-${other}`).waitFor()
    await page.getByTestId('start').click()
    await page.getByRole('alertdialog').getByText(latest).waitFor()
    await coreos.moveOn(newest, 8 * mib)
    const { XDG_CACHE_HOME: cache } = privateDirectories(home.path)
    await rm(join(cache!, 'kindling/streams'), { recursive: true })
    await page.getByTestId('confirm').click()
    await expect.poll(() => page.getByTestId('failure').count()).toBe(2)
    await page.getByText(`stable is now ${newest}; ${latest} was chosen`).first().waitFor()
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    expect(await primary()).toEqual(['Change selection'])
    await window.picture('release-gone-several')
    await press('Change selection')
    await release().getByText(newest).waitFor()
  })

  test('the page complained of nothing', () => expect(window.complaints).toEqual([]))
})
