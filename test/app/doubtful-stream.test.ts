import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { mib } from '../support/files/mib.ts'

/** A server that serves the metadata of one stream under the name of another. */
describeWith(['window'], 'the file of another stream', () => {
  let coreos: CoreosMirror
  let directory: TemporaryDirectory
  let window: OpenWindow
  let drive: string
  beforeAll(async () => {
    ;[coreos, directory] = await Promise.all([startCoreosMirror({ imageSize: 4 * mib }), makeTemporaryDirectory()])
    const text = JSON.stringify(coreos.metadata).replace('"stream":"stable"', '"stream":"next"')
    await coreos.mirror.put('streams/stable.json', text)
    drive = directory.file('drive.img')
    await writeFile(drive, Buffer.alloc(8 * mib, 0x6b))
    window = await openWindow({
      args: [`--drive-file=${drive}`],
      env: { KINDLING_STREAM_BASE_URL: coreos.baseUrl, KINDLING_KEYRING: coreos.keyringFile },
    })
  })
  afterAll(async () => {
    await window?.close()
    await coreos?.dispose()
    await directory?.dispose()
  })

  test('is said where it is chosen, asked for again before a write, and in the receipt', async () => {
    const { page } = window
    const doubt = 'the metadata of stable name the stream next'
    await page.getByText(`The stream is doubtful: ${doubt}`).waitFor()
    await page.getByTestId('format-raw.xz').click()
    await page.getByTestId(`drive-${drive}`).click()
    await page.getByTestId('first-boot-published').click()
    await page.getByTestId('start').click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText(doubt).waitFor()
    await window.picture('confirm-doubtful')
    const confirm = page.getByTestId('confirm')
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByLabel('Use this image anyway').click()
    await confirm.click()
    await page.getByTestId('receipt').waitFor()
    await page.getByText(`The stream is doubtful: ${doubt}`).first().waitFor()
    expect((await readDevice(drive, coreos.raw.length)).equals(coreos.raw)).toBe(true)
    expect(window.complaints).toEqual([])
  })
})
