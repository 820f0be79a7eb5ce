import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostArchitecture } from '../../src-main/catalog/host-architecture.ts'
import { makeDiskFiles } from '../support/drives/disk-files.ts'
import { longStream } from '../support/images/long-stream.ts'
import { startMirror, type Mirror } from '../support/mirror/mirror.ts'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'

const architecture = hostArchitecture()

describeWith(['window'], 'long lists in the window', () => {
  let mirror: Mirror
  let directory: TemporaryDirectory
  let window: OpenWindow
  beforeAll(async () => {
    ;[mirror, directory] = await Promise.all([startMirror(), makeTemporaryDirectory('kindling-filter-')])
    await mirror.put('streams/stable.json', JSON.stringify(longStream(architecture)))
    const disks = await makeDiskFiles(directory.path, 50)
    window = await openWindow({
      args: disks.map((path) => `--drive-file=${path}`),
      env: { KINDLING_STREAM_BASE_URL: mirror.streamBaseUrl },
    })
  })
  afterAll(async () => {
    await window?.close()
    await mirror?.close()
    await directory?.dispose()
  })

  const rows = (prefix: string) => window.page.locator(`[data-testid^="${prefix}"]`)
  const shown = (prefix: string) =>
    rows(prefix)
      .filter({ visible: true })
      .evaluateAll((found) => found.map((row) => row.dataset['testid']!))
  const filter = () => window.page.getByRole('searchbox')
  /** Test id of the focused row. */
  const focused = () =>
    window.page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-testid]')?.dataset['testid'])

  test('two words typed leave those of 202 artifacts that have both, and taken back they leave all', async () => {
    const { page } = window
    await page.keyboard.press('Control+4')
    await expect.poll(() => rows('artifact-').count()).toBe(202)
    await filter().click()
    await page.keyboard.type('AZURE qcow2')
    const both = ['azure qcow2.xz', 'azurestack qcow2.xz'].map((artifact) => `artifact-${architecture} ${artifact}`)
    await expect.poll(() => shown('artifact-')).toEqual(both)
    await page.getByRole('status').filter({ hasText: '2 formats' }).waitFor()
    await window.picture('filter-artifacts')
    for (const _ of 'AZURE qcow2') await page.keyboard.press('Backspace')
    await expect.poll(async () => (await shown('artifact-')).length).toBe(202)
  })

  test('the keyboard goes from the filter to what is left of it, chooses there, and the choice outlives the filter', async () => {
    const { page } = window
    await filter().fill('ova')
    await expect.poll(async () => (await shown('artifact-')).length).toBe(20)
    await filter().press('Tab')
    // Usual platforms come first.
    expect(await focused()).toBe(`artifact-${architecture} qemu ova`)
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe(`artifact-${architecture} aws ova`)
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('kubevirt')
    await expect.poll(async () => (await shown('artifact-')).length).toBe(10)
    const chosen = rows('artifact-').filter({ has: page.locator('input:checked') })
    expect(await chosen.getAttribute('data-testid')).toBe(`artifact-${architecture} aws ova`)
    await filter().fill('')
    await expect.poll(async () => (await shown('artifact-')).length).toBe(202)
  })

  test('one of 50 drives is found by its number and chosen by keyboard, and stays in sight while it is chosen', async () => {
    const { page } = window
    await page.keyboard.press('Control+1')
    await expect.poll(() => rows('drive-').count()).toBeGreaterThanOrEqual(50)
    await filter().click()
    await page.keyboard.type('disk-37')
    const found = `drive-${directory.file('disk-37.raw')}`
    await expect.poll(() => shown('drive-')).toEqual([found])
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    expect(await focused()).toBe(found)
    expect(await page.getByTestId(found).getByRole('radio').isChecked()).toBe(true)
    await filter().fill('disk-0')
    await expect.poll(async () => (await shown('drive-')).length).toBe(10)
    expect(await shown('drive-')).toContain(found)
    await filter().fill('')
    await expect.poll(async () => (await shown('drive-')).length).toBeGreaterThanOrEqual(50)
    expect(window.complaints).toEqual([])
  })
})
