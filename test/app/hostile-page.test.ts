import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'

const pageUrl = 'app://kindling/index.html'
const offline = { KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:1/' }

describeWith(['window'], 'a hostile page', () => {
  let home: TemporaryDirectory
  let window: OpenWindow
  beforeAll(async () => {
    home = await makeTemporaryDirectory('kindling-window-')
    window = await openWindow({ home: home.path, env: offline })
  })
  afterAll(async () => {
    await window?.close()
    await home?.dispose()
  })

  const loadedPages = () =>
    window.app.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((contents) => ({
        url: contents.getURL(),
        frames: contents.mainFrame.framesInSubtree.length,
      })),
    )

  test.each([
    ['a page of the web', 'https://example.org/'],
    ['a file', 'file:///etc/hostname'],
    ['a page in its address', 'data:text/html,x'],
    ['another file of the package', 'app://kindling/assets/'],
    ['another host of the scheme', 'app://other/index.html'],
    ['Chromium itself', 'chrome://gpu'],
    ['devtools', 'devtools://devtools/bundled/inspector.html'],
    ['a program of the system', 'mailto:somebody@example.org'],
  ])('it cannot go to %s, nor open it', async (_name, address) => {
    await window.page
      .evaluate((address) => {
        const link = Object.assign(document.createElement('a'), { href: address, target: '_blank' })
        document.body.append(link)
        link.click()
        open(address)
        location.assign(address)
      }, address)
      .catch(() => {})
    await window.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))
    expect(await loadedPages()).toEqual([{ url: pageUrl, frames: 1 }])
  })

  test('no program of the system is started', async () => {
    const opened = await window.app.evaluate(async ({ shell, BrowserWindow }) => {
      const opened: string[] = []
      shell.openExternal = async (url: string) => void opened.push(url)
      const { webContents } = BrowserWindow.getAllWindows()[0]!
      await webContents.executeJavaScript(
        `location.assign('mailto:somebody@example.org'); open('mailto:x@example.org')`,
        true,
      )
      const call = (link: unknown) =>
        webContents.executeJavaScript(`kindling.call('openLink', ${JSON.stringify({ link })})`) as Promise<{
          ok: boolean
        }>
      const refused = await call('mailto:somebody@example.org')
      const known = await call('coreos-bare-metal')
      return { opened, answers: [refused.ok, known.ok] }
    })
    expect(opened.answers).toEqual([false, true])
    expect(opened.opened).toEqual(['https://docs.fedoraproject.org/en-US/fedora-coreos/bare-metal/'])
  })

  test('a frame has neither the bridge nor a page of the program', async () => {
    await window.page.evaluate((pageUrl) => {
      for (const src of ['about:blank', pageUrl, 'app://kindling/index.html?']) {
        const frame = document.createElement('iframe')
        frame.src = src
        document.body.append(frame)
      }
      return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    }, pageUrl)
    const frames = await window.app.evaluate(async ({ BrowserWindow }) => {
      const [, ...frames] = BrowserWindow.getAllWindows()[0]!.webContents.mainFrame.framesInSubtree
      const look = `[typeof kindling, typeof require, typeof process, document.body?.childElementCount ?? 0]`
      return Promise.all(frames.map((frame) => frame.executeJavaScript(look)))
    })
    expect(frames).toEqual(frames.map(() => ['undefined', 'undefined', 'undefined', 0]))
    expect(frames).toHaveLength(3)
    // Reload, so that the next test starts without the frames.
    await window.page.reload()
    await window.page.getByRole('tab', { name: 'Write' }).waitFor()
  })

  test('a file dropped on it opens nothing, also when the page looks away', async () => {
    const file = home.file('dropped.html')
    await writeFile(file, '<title>dropped</title>')
    await window.page.evaluate(() => {
      for (const name of ['dragover', 'drop'] as const)
        addEventListener(name, (e) => e.stopImmediatePropagation(), true)
    })
    const devtools = await window.page.context().newCDPSession(window.page)
    const data = { items: [], files: [file], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data })
    await devtools.detach()
    await window.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))
    expect(await loadedPages()).toEqual([{ url: pageUrl, frames: 1 }])
  })

  test('a download is stopped before it begins', async () => {
    const downloads = window.app.evaluate(
      ({ session }) =>
        new Promise<boolean>((resolve) =>
          session.fromPartition('window').once('will-download', (event) => resolve(event.defaultPrevented)),
        ),
    )
    await window.page.evaluate(() => {
      const link = Object.assign(document.createElement('a'), { href: '/index.html', download: 'x.html' })
      document.body.append(link)
      link.click()
    })
    expect(await downloads).toBe(true)
  })

  test.each<[string, () => Promise<unknown>]>([
    ['camera and microphone', () => navigator.mediaDevices.getUserMedia({ video: true, audio: true })],
    ['the screen', () => navigator.mediaDevices.getDisplayMedia()],
    ['the place', () => new Promise((_, reject) => navigator.geolocation.getCurrentPosition(reject, reject))],
    ['what is on the clipboard', () => navigator.clipboard.readText()],
    ['writing to the clipboard', () => navigator.clipboard.writeText('x')],
    ['a USB device', () => (navigator as unknown as Devices).usb.requestDevice({ filters: [] })],
    ['a serial port', () => (navigator as unknown as Devices).serial.requestPort()],
    ['a MIDI device', () => navigator.requestMIDIAccess({ sysex: true })],
    ['a service worker', () => navigator.serviceWorker.register('/assets/x.js')],
  ])('it does not get %s', async (_name, ask) => {
    const outcome = await window.page.evaluate(ask).then(
      () => 'given',
      (error: Error) => error.message,
    )
    expect(outcome).not.toBe('given')
  })

  test('every permission that can be asked for is denied', async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read', 'clipboard-write']
    const more = [
      'local-fonts',
      'window-management',
      'idle-detection',
      'screen-wake-lock',
      'storage-access',
      'gyroscope',
    ]
    const states = await window.page.evaluate(
      (names) =>
        Promise.all(names.map((name) => navigator.permissions.query({ name: name as PermissionName }))).then(
          (statuses) => statuses.map(({ state }) => state),
        ),
      [...names, ...more],
    )
    expect(new Set(states)).toEqual(new Set(['denied']))
  })

  test('it may not notify, and keeps nothing for good', async () => {
    const asked = await window.page.evaluate(async () => ({
      notify: await Notification.requestPermission(),
      persist: await navigator.storage.persist(),
      devices: (await (navigator as unknown as Devices).hid.requestDevice({ filters: [] })).length,
    }))
    expect(asked).toEqual({ notify: 'denied', persist: false, devices: 0 })
  })

  test('what it stores is gone with the window', async () => {
    const marker = 'a-secret-of-the-page'
    await window.page.evaluate(async (marker) => {
      localStorage.setItem('marker', marker)
      const cache = await caches.open(marker).catch(() => null)
      await cache?.put('/x', new Response(marker)).catch(() => {})
      await new Promise((resolve) => {
        const request = indexedDB.open(marker)
        for (const end of ['success', 'error']) request.addEventListener(end, resolve)
      })
    }, marker)
    await window.close()
    window = await openWindow({ home: home.path, env: offline })
    expect(await window.page.evaluate(() => localStorage.getItem('marker'))).toBeNull()
    const entries = await readdir(home.path, { recursive: true, withFileTypes: true })
    const kept = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    expect(kept.length).toBeGreaterThan(0)
    for (const path of kept) {
      expect(path).not.toContain(marker)
      expect((await readFile(path)).includes(marker), path).toBe(false)
    }
  })

  test('no debugger can be opened from within', async () => {
    const opened = await window.app.evaluate(async ({ BrowserWindow, webContents: all }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!
      webContents.openDevTools({ mode: 'detach' })
      // Open another page afterwards: developer tools would have opened before it.
      const later = new BrowserWindow({ show: false })
      await later.loadURL('about:blank')
      later.destroy()
      return [
        webContents.isDevToolsOpened(),
        all.getAllWebContents().some((each) => each.getURL().startsWith('devtools')),
      ]
    })
    expect(opened).toEqual([false, false])
  })
})

/** APIs that TypeScript's DOM types lack. */
interface Devices {
  usb: { requestDevice(options: object): Promise<unknown> }
  serial: { requestPort(): Promise<unknown> }
  hid: { requestDevice(options: object): Promise<unknown[]> }
}
