import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bridge } from '../../src-shared/window-api.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { publishReleases } from '../support/mirror/publish-releases.ts'
import { describeWith } from '../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { findBarriers } from '../support/window/find-barriers.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { fillWithOldBytes } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

const [dead, chosen, barrier, now] = [
  '44.20260623.3.0',
  '44.20260707.3.1',
  '44.20260714.3.0',
  '44.20260721.3.0',
] as const

describeWith(['window'], 'the releases that a stream had', () => {
  let coreos: CoreosMirror
  let home: TemporaryDirectory
  let window: OpenWindow
  beforeAll(async () => {
    ;[coreos, home] = await Promise.all([
      startCoreosMirror({ release: chosen, imageSize: 4 * mib }),
      makeTemporaryDirectory('kindling-window-'),
    ])
    await coreos.moveOn(now, 5 * mib)
    await publishReleases(coreos.mirror, {
      note: 'For use by tools.',
      releases: { [dead]: null, [chosen]: coreos.metadata.architectures, [barrier]: null, [now]: null },
      marks: {
        [dead]: { deadend: { reason: 'https://example.org/dead' } },
        [barrier]: { barrier: { reason: 'https://example.org/keys' } },
      },
    })
    window = await openWindow({
      home: home.path,
      env: { KINDLING_STREAM_BASE_URL: coreos.baseUrl, KINDLING_KEYRING: coreos.keyringFile },
    })
  })
  afterAll(async () => {
    await window?.close()
    await coreos?.dispose()
    await home?.dispose()
  })

  const press = (name: string) => window.page.getByRole('button', { name, exact: true }).click()
  const release = (text: string) => window.page.getByTestId('release').getByText(text).waitFor()
  const picker = (card = '#image') => window.page.locator(`${card} .older button[aria-haspopup="listbox"]`)
  const pick = async (text: string, card?: string) => {
    await picker(card).click()
    await window.page.getByRole('option').filter({ hasText: text }).click()
  }

  test('are read when they are wanted, and named newest first, with dates and the note of the publisher', async () => {
    const { page } = window
    await release(now)
    expect(coreos.mirror.requests.filter(({ path }) => path.endsWith('releases.json'))).toEqual([])
    await press('Older releases')
    await page.getByText('The publisher’s note on this list: For use by tools.').waitFor()
    await picker().click()
    const options = (await page.getByRole('option').allTextContents()).map((text) =>
      text.replaceAll(/\s+/g, ' ').trim(),
    )
    expect(options).toEqual([
      'The latest release',
      `${now} July 21, 2026`,
      `${barrier} July 14, 2026`,
      `${chosen} July 7, 2026`,
      `${dead} June 23, 2026 · does not update itself`,
    ])
    await window.picture('older-releases')
    await page.keyboard.press('Escape')
  })

  test('are written when one is chosen, and what it means is said before', async () => {
    const { page } = window
    await pick(chosen)
    await release(chosen)
    await page.getByText(`After the installation it updates itself to that, through ${barrier}.`).waitFor()
    await window.picture('older-release')
    const drive = home.file('drive.img')
    const before = await fillWithOldBytes(drive, 8 * mib)
    await window.answerDialogs(drive)
    await press('Disk-image file…')
    await page.getByTestId(`drive-${drive}`).click()
    await page.getByTestId('first-boot-published').click()
    await page.getByTestId('start').click()
    await page.getByRole('alertdialog').getByText(`stable ${chosen}`).waitFor()
    await page.getByTestId('older').getByText(`${chosen} was built`).waitFor()
    await page.getByTestId('confirm').click()
    await page.getByTestId('receipt').getByRole('button').click()
    expect(await page.getByTestId('receipt').textContent()).toContain(`stable ${chosen}`)
    expectDriveState('proved', { before, after: await readFile(drive), image: coreos.raw })
  })

  test('are left again for the newest, and one whose metadata were removed is told as removed', async () => {
    const { page } = window
    await page.reload()
    await release(now)
    await press('Older releases')
    await pick(barrier)
    await page.getByText(`The server no longer has ${coreos.mirror.url}prod/streams/stable`).waitFor()
    await pick('The latest release')
    await release(now)
  })

  test('are downloaded, too, by the same list', async () => {
    const { page } = window
    await page.keyboard.press('Control+4')
    const latest = page.getByTestId(`artifact-${coreos.architecture} metal iso`)
    await latest.click()
    await release(now)
    await press('Older releases')
    await pick(chosen, '#artifacts')
    await release(chosen)
    await page.getByText(`After the installation it updates itself to that, through ${barrier}.`).waitFor()
    expect(await findBarriers(page)).toEqual([])
    await window.picture('older-download')
    // The choice of the file outlasts that of the release.
    await expect.poll(() => latest.getByRole('radio').isChecked()).toBe(true)
    await window.answerDialogs(home.path)
    await press('Choose…')
    await page.getByTestId('start').click()
    await page.getByTestId('files').waitFor()
    const { location } = coreos.find('iso')
    expect(location).toContain(chosen)
    await readFile(home.file(basename(location)))
    await press('Download more')
    await page.keyboard.press('Control+1')
    await press('Older releases')
  })

  test('are named in Russian, too', async () => {
    const { page } = window
    await page.evaluate(() =>
      (globalThis as unknown as { kindling: Bridge }).kindling.call('changeSettings', { changes: { language: 'ru' } }),
    )
    await pick(chosen)
    await page.getByText(`После установки система сама обновится до него, по пути: ${barrier}.`).waitFor()
    await page.getByRole('button', { name: 'Прежние выпуски' }).waitFor()
  })
})
