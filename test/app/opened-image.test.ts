import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { orElse } from '../support/programs/descendants.ts'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { runKindling } from '../support/worlds/run-kindling.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { rounds } from '../support/run/tier.ts'

describeWith(['window'], 'the window that is opened with an image', () => {
  let coreos: CoreosMirror
  let home: TemporaryDirectory
  let window: OpenWindow | undefined
  let image: string
  beforeAll(async () => {
    coreos = await startCoreosMirror()
    home = await makeTemporaryDirectory('kindling-window-')
    image = home.file('with a space.raw.xz')
    await writeFile(image, coreos.rawXz)
    await writeFile(`${image}.sig`, await coreos.signer.sign(coreos.rawXz))
  })
  afterAll(async () => {
    await window?.close()
    await coreos?.dispose()
    await home?.dispose()
  })

  const env = () => ({ KINDLING_STREAM_BASE_URL: coreos.baseUrl, KINDLING_KEYRING: coreos.keyringFile })
  /** Runs `kindling gui`. As root, Chromium opens a window only without its sandbox. */
  const gui = (args: string[], more: Record<string, string> = {}) =>
    runKindling(['gui', ...args], {
      env: { ...privateDirectories(home.path), ...env(), ELECTRON_DISABLE_SANDBOX: '1', ...more },
    })
  const seesFile = async (name = 'with a space.raw.xz') => {
    await window!.page.getByText(name).first().waitFor()
    await window!.page.getByTestId('origin').waitFor()
  }
  /** Chooses the stream's image, so that the file can be chosen again. */
  const chooseStream = async () => {
    await window!.page.getByRole('radio', { name: 'Fedora CoreOS' }).click()
    await window!.page.getByTestId('release').waitFor()
    expect(await window!.page.getByText('with a space.raw.xz').count()).toBe(0)
  }

  // Other forms are tested in test/src-main/hosts/window-arguments.test.ts.
  test('by the address of a file has it chosen', async () => {
    window = await openWindow({ home: home.path, env: env(), args: [`file://${encodeURI(image)}`] })
    await seesFile()
    await chooseStream()
  })

  test('by the command line while it is open, with a file or an address', async () => {
    const run = await gui([image])
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
    await seesFile()
    const { location } = coreos.find('iso')
    const told = await gui([location, '--json'])
    expect(told.events).toEqual([{ event: 'done', image: location }])
    await expect.poll(() => window!.page.getByRole('textbox').first().inputValue()).toBe(location)
    const again = await gui([`file://${encodeURI(image)}`, '--json'])
    expect(again.events).toEqual([{ event: 'done', image }])
    await seesFile()
    await chooseStream()
  })

  test('by what is dropped on it: a file, or the link of one', async () => {
    const { page } = window!
    const devtools = await page.context().newCDPSession(page)
    async function drop(data: { files?: string[]; items: { mimeType: string; data: string }[] }): Promise<void> {
      const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
        devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data: { ...data, dragOperationsMask: 1 } })
      await send('dragEnter')
      await send('dragOver')
      await page.getByText('Drop the image to use it').waitFor()
      // The page may change under the pointer at any moment.
      const cover = await page.evaluateHandle(() => document.body.appendChild(document.createElement('div')))
      await cover.evaluate((div) => (div.style.cssText = 'position: fixed; inset: 0'))
      await send('drop')
      await cover.evaluate((div) => div.remove())
      await page.getByText('Drop the image to use it').waitFor({ state: 'detached' })
    }
    await drop({ files: [image], items: [] })
    await seesFile()
    const { location } = coreos.find('iso')
    await drop({ items: [{ mimeType: 'text/uri-list', data: location }] })
    await expect.poll(() => page.getByRole('textbox').first().inputValue()).toBe(location)
    // On a tab without an image choice, a dropped image is chosen for writing.
    await page.keyboard.press('Control+3')
    await page.getByText('Choose a drive to identify.').waitFor()
    await drop({ files: [image], items: [] })
    await page.getByRole('tab', { name: 'Write', selected: true }).waitFor()
    await seesFile()
    await devtools.detach()
    await chooseStream()
  })

  test('by macOS, which tells a program that runs', async () => {
    await window!.app.evaluate(({ app }, path) => void app.emit('open-file', { preventDefault() {} }, path), image)
    await seesFile()
    await window!.close()
    window = undefined
  })

  test('by the command line when none is open, and ends at once when it is told to while it still opens', async () => {
    for (let time = 0; time < rounds(2, 5); time++) {
      const before = coreos.mirror.requestsFor(`${coreos.baseUrl}stable.json`).length
      const run = await gui([image])
      try {
        expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
        await expect
          .poll(() => coreos.mirror.requestsFor(`${coreos.baseUrl}stable.json`).length)
          .toBeGreaterThan(before)
      } finally {
        for (const pid of processesWith(`--image=${image}`)) orElse(false, () => process.kill(pid))
        await expect.poll(() => processesWith(`--image=${image}`)).toEqual([])
      }
    }
  })

  test.each([
    ['a file that is not there', ['/nowhere.iso'], {}, 'source-unreadable', 1],
    ['a directory', ['/'], {}, 'source-unreadable', 1],
    ['an address that is not of the web', ['ftp://example.org/a.iso'], {}, 'usage', 2],
    ['an address with a password', ['https://a:b@example.org/a.iso'], {}, 'usage', 2],
    ['no display', [], { DISPLAY: '', WAYLAND_DISPLAY: '' }, 'window-failed', 1],
  ])('is not opened with %s, and the command line says why', async (_, args, more, code, exit) => {
    const run = await gui([...args, '--json'], more as Record<string, string>)
    expect(run.events).toMatchObject([{ event: 'failed', code }])
    expect(run.code).toBe(exit)
  })
})

/** Returns the processes whose command line contains a word used only by this test. */
const processesWith = (word: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) =>
      orElse('', () => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
        .split('\0')
        .includes(word),
    )
