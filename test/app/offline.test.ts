import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'

describeWith(['window'], 'the window without a network', () => {
  let coreos: CoreosMirror
  let home: TemporaryDirectory
  let window: OpenWindow | undefined
  const env = () => ({ KINDLING_STREAM_BASE_URL: coreos.baseUrl, KINDLING_KEYRING: coreos.keyringFile })

  beforeAll(async () => {
    coreos = await startCoreosMirror()
    home = await makeTemporaryDirectory('kindling-window-')
  })
  afterAll(async () => {
    await window?.close()
    await coreos?.dispose()
    await home?.dispose()
  })

  test('a mirror that lacks a usual stream leads to the settings', async () => {
    const stream = new URL('stable.json', coreos.baseUrl).pathname
    coreos.mirror.fault(stream, { kind: 'status', status: 404 })
    window = await openWindow({ env: env() })
    const { page } = window
    await page.getByText('This mirror has no stream “stable”.').waitFor()
    await page.getByText('No image: the release list could not be read.').waitFor()
    await page.locator('#image').getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('dialog', { name: 'Settings' }).getByTestId('setting-streamBaseUrl').waitFor()
    coreos.mirror.clearFaults()
    await window.close()
  })

  test('it opens with what it last saw, and says how old that is', async () => {
    window = await openWindow({ home: home.path, env: env() })
    await window.page.getByTestId('release').waitFor()
    await window.close()
    await coreos.mirror.close()

    window = await openWindow({ home: home.path, env: env() })
    await window.page.getByText(/^Offline\. Showing the release list from/).waitFor()
    expect(await window.page.getByTestId('release').textContent()).toContain(coreos.release)
    await window.page.locator('#image').getByRole('button', { name: 'Try again' }).waitFor()
    await window.picture('offline')
    expect(window.complaints).toEqual([])
  })

  test('it says so when it has never seen the stream', async () => {
    const { page } = window!
    await page.getByLabel(/^Release stream:/).click()
    await page.getByRole('option', { name: /^testing\s+The next stable release/ }).click()
    await page
      .getByText(/^Cannot reach/)
      .first()
      .waitFor()
    await window!.picture('offline-unseen')
  })
})
