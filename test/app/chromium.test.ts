import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/run/needs.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { openChromiumPage, type ChromiumPage } from '../support/window/chromium-page.ts'
import { makeCliWorld, type CliWorld, type OldDrive } from '../support/worlds/cli-world.ts'

// The Electron of the tests is older than the one that is shipped. Debian's Chromium is newer than
// both, and shows what its engine would make of the page.

describeWith(['chromium'], 'the page in the newest Chromium', () => {
  let world: CliWorld
  let drive: OldDrive
  let window: ChromiumPage
  beforeAll(async () => {
    world = await makeCliWorld({ imageSize: 16 * 1024 * 1024 })
    drive = await world.makeDrive()
    window = await openChromiumPage({
      ...privateDirectories(world.path('home')),
      KINDLING_STREAM_BASE_URL: world.baseUrl,
      KINDLING_KEYRING: world.keyringFile,
    })
  })
  afterAll(async () => {
    await window?.close()
    await world?.dispose()
  })

  test('an image file and a disk-image file are chosen, written, and proved', async () => {
    const { page } = window
    const image = world.path('mine.raw.xz')
    await writeFile(image, world.rawXz)
    await writeFile(`${image}.sig`, await world.signer.sign(world.rawXz))
    await page.getByRole('radio', { name: 'File', exact: true }).click()
    window.answerDialog(image)
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await page.getByText('mine.raw.xz').first().waitFor()
    window.answerDialog(drive.path)
    await page.getByRole('button', { name: 'Disk-image file…' }).click()
    await page.getByTestId(`drive-${drive.path}`).locator('input:checked').waitFor({ state: 'attached' })
    await page.getByTestId('first-boot-published').click()
    await page.getByTestId('start').click()
    await page.getByTestId('confirm').click()
    await page.getByTestId('receipt').waitFor()
    for (const proof of ['signature', 'read-back'])
      expect(await page.getByTestId(`proof-${proof}`).getAttribute('data-verdict'), proof).toBe('earned')
    expect((await drive.read()).subarray(0, world.raw.length).equals(world.raw)).toBe(true)
  })

  test('the page breaks no rule of its policy, and the policy holds', async () => {
    expect(window.complaints).toEqual([])
    const outcomes = await window.page.evaluate(async () => {
      const attempt = (act: () => unknown) =>
        Promise.resolve()
          .then(act)
          .then(
            () => 'allowed',
            () => 'refused',
          )
      return {
        network: await attempt(() => fetch('/index.html')),
        html: await attempt(() => (document.createElement('div').innerHTML = '<b>text</b>')),
        // Later, because the debugger lets its own call make code.
        code: await attempt(
          () =>
            new Promise((done, refused) =>
              setTimeout(() => {
                try {
                  done(new Function('return 1')())
                } catch (error) {
                  refused(error)
                }
              }),
            ),
        ),
        worker: await attempt(
          () =>
            new Promise((done, refused) => {
              const worker = new Worker('/assets/none.js')
              worker.addEventListener('message', done)
              worker.addEventListener('error', refused)
            }),
        ),
      }
    })
    expect(outcomes).toEqual({ network: 'refused', html: 'refused', code: 'refused', worker: 'refused' })
    expect(window.complaints.length).toBeGreaterThan(0)
  })
})
