import { open, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeRawImage } from '../support/images/coreos-image.ts'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { makeNoise } from '../support/images/random-bytes.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'

describeWith(['window'], 'an unproved image, a precious drive', () => {
  const image = makeRawImage({ size: 16 * 1024 * 1024, seed: 7 })
  let directory: TemporaryDirectory
  let window: OpenWindow
  let drive: string

  beforeAll(async () => {
    directory = await makeTemporaryDirectory()
    await writeFile(directory.file('mine.raw'), image)
    // A sparse file with only the nominal size.
    drive = directory.file('archive.img')
    const handle = await open(drive, 'w')
    await handle.truncate(300e9)
    await handle.close()
    window = await openWindow({
      args: [`--drive-file=${drive}`],
      env: { KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:1/' },
    })
  })
  afterAll(async () => {
    await window?.close()
    await directory?.dispose()
  })

  /** Emits the event that the desktop sends when a file is opened with this program. */
  const openFile = (name: string) =>
    window.app.evaluate(
      ({ app }, path) => void app.emit('open-file', { preventDefault() {} }, path),
      directory.file(name),
    )

  test('the window says that nothing proves where the image comes from', async () => {
    const { page } = window
    await page.getByRole('radio', { name: 'File', exact: true }).click()
    await window.picture('file-nothing')
    const begun = await window.answerDialogs(directory.file('mine.raw'))
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await page.getByText('Unsigned: origin unknown').waitFor()
    await page.getByRole('button', { name: 'Choose another…' }).click()
    // The first dialog begins where the system decides, the next one where the person was.
    await expect.poll(begun).toEqual([null, directory.path])
    await page.getByRole('button', { name: 'Signature, hash, keyring' }).click()
    await page.getByLabel('SHA-256').fill('beef')
    await page.getByText('This is not an SHA-256').first().waitFor()
    await window.picture('file-proofs')
    await page.getByLabel('SHA-256').fill('')
  })

  test('what was agreed to for one image does not hold for another that is opened meanwhile', async () => {
    const { page } = window
    const dialog = page.getByRole('alertdialog')
    const agreed = dialog.getByLabel('Write it anyway; I trust its source')
    await page.getByTestId(`drive-${drive}`).click()
    await page.getByTestId('first-boot-published').click()
    await page.getByTestId('start').click()
    await agreed.click()
    await writeFile(directory.file('other.raw'), image)
    await openFile('other.raw')
    await dialog.waitFor({ state: 'detached' })
    await page.getByTestId('start').click()
    await dialog.getByText('other.raw').waitFor()
    expect(await agreed.isChecked()).toBe(false)
    await page.keyboard.press('Escape')
    await openFile('mine.raw')
    await page.getByText('mine.raw').first().waitFor()
  })

  test('it asks separately about bytes that do not look like a disk image', async () => {
    const { page } = window
    await writeFile(directory.file('noise.raw'), makeNoise(2 ** 20, 3))
    await openFile('noise.raw')
    await page.getByText('noise.raw').first().waitFor()
    await page.getByTestId('start').click()
    const dialog = page.getByRole('alertdialog')
    const confirm = page.getByTestId('confirm')
    await dialog.getByText('This does not look like a disk image.').waitFor()
    await dialog.getByLabel('Write it anyway; I trust its source').click()
    await dialog.getByRole('textbox').fill('archive.img')
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByLabel('Write it anyway', { exact: true }).click()
    expect(await confirm.isEnabled()).toBe(true)
    await page.keyboard.press('Escape')
  })

  test('it does not offer a file that is compressed in a way it does not know', async () => {
    const { page } = window
    await writeFile(directory.file('disk.raw.bz2'), 'BZh91AY&SY and more')
    await openFile('disk.raw.bz2')
    await page.getByText('disk.raw.bz2 is a bzip2 file, which Kindling does not unpack').first().waitFor()
    expect(await page.getByTestId('start').count()).toBe(0)
    await openFile('mine.raw')
    await page.getByText('mine.raw').first().waitFor()
  })

  test('it asks in words about the image, and for the name of the drive', async () => {
    const { page } = window
    await page.getByTestId('start').click()
    const confirm = page.getByTestId('confirm')
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('would control the computer').waitFor()
    await window.picture('confirm-precious')
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByLabel('Write it anyway; I trust its source').click()
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('archive')
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('archive.img')
    expect(await confirm.isEnabled()).toBe(true)
  })

  test('a person who says no in the system’s dialog has lost nothing', async () => {
    const { page } = window
    await window.answerQuestions(false)
    const before = await readDevice(drive, image.length)
    await page.getByTestId('confirm').click()
    await page.getByRole('heading', { name: 'Stopped' }).waitFor()
    await window.picture('declined')
    expect((await readDevice(drive, image.length)).equals(before)).toBe(true)
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByTestId('start').click()
    await page.getByRole('alertdialog').getByLabel('Write it anyway; I trust its source').click()
    await page.getByRole('alertdialog').getByRole('textbox').fill('archive.img')
  })

  test('it writes the file, and the result says what is not proved', async () => {
    const { page } = window
    // Answers the system's dialog for the user.
    const asked = await window.answerQuestions(true)
    await page.getByTestId('confirm').click()
    await page.getByTestId('receipt').waitFor()
    expect(await asked()).toMatchObject([{ message: 'Use an image of unknown origin?', usual: 'Cancel' }])
    await page.getByRole('heading', { name: 'Written, origin unknown' }).waitFor()
    expect(await page.getByTestId('statement').textContent()).toContain('The origin of the image is unknown')
    expect(await page.getByTestId('proof-signature').getAttribute('data-verdict')).toBe('absent')
    await window.picture('unproved')
    expect((await readDevice(drive, image.length)).equals(image)).toBe(true)
    expect(window.complaints).toEqual([])
  })

  test('the drive is verified against the file', async () => {
    const { page } = window
    await page.getByRole('tab', { name: 'Verify' }).click()
    await page.getByTestId('image-file').click()
    await window.answerDialogs(directory.file('mine.raw'))
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await page.getByText('mine.raw').first().waitFor()
    await page.getByTestId(`drive-${drive}`).click()
    await page.getByTestId('start').click()
    await page.getByRole('heading', { name: 'The drive matches the image' }).waitFor()
    await window.picture('verified-file')
  })
})
