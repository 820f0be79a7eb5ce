import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'

const preload = resolve(import.meta.dirname, '../../out/preload/preload.cjs')

describeWith(['window'], 'the window is locked down', () => {
  let window: OpenWindow
  beforeAll(async () => {
    window = await openWindow({ env: { KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:1/' } })
  })
  afterAll(() => window?.close())

  test('the page has no Node and only the bridge', async () => {
    const found = await window.page.evaluate(() => ({
      globals: ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in globalThis),
      bridge: Object.keys((globalThis as unknown as { kindling: object }).kindling).sort(),
    }))
    expect(found).toEqual({ globals: [], bridge: ['call', 'language', 'onNews', 'pathOf'] })
  })

  test('the bridge is the only thing that the preload script gives a page', async () => {
    const [ours, bare] = await window.app.evaluate(async ({ BrowserWindow, session }, preload) => {
      const readNames = async (webPreferences: object) => {
        const other = new BrowserWindow({
          show: false,
          webPreferences: { ...webPreferences, session: session.fromPartition('window') },
        })
        // The file does not exist, but the load still creates a page of this origin that has no
        // script of its own.
        await other.loadURL('app://kindling/gone.js').catch(() => {})
        const names = (await other.webContents.executeJavaScript('Reflect.ownKeys(globalThis).map(String)')) as string[]
        other.destroy()
        return names
      }
      return Promise.all([readNames({ preload }), readNames({})])
    }, preload)
    expect(ours!.filter((name) => !bare!.includes(name))).toEqual(['kindling'])
    expect(bare!.filter((name) => !ours!.includes(name))).toEqual([])
  })

  test('what the bridge passes is not the preload script’s own', async () => {
    const reached = await window.page.evaluate(() => {
      const { kindling } = globalThis as unknown as { kindling: Record<string, object> }
      const before = kindling['call']
      try {
        Object.assign(globalThis, { kindling: null })
        kindling['call'] = () => 'mine'
      } catch {
        // The object is frozen.
      }
      const still = (globalThis as unknown as { kindling: typeof kindling }).kindling
      const { constructor } = before!
      return [still === kindling, still['call'] === before, constructor === Function]
    })
    expect(reached).toEqual([true, true, true])
  })

  test('the page is isolated and sandboxed', async () => {
    const preferences = await window.app.evaluate(({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!
      return (webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences()
    })
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
    })
    for (const name of ['enableBlinkFeatures', 'allowpopups']) expect(preferences[name] ?? '').toBe('')
  })

  test('a webview is an unknown element', async () => {
    const made = await window.page.evaluate(async () => {
      const view = document.createElement('webview')
      view.setAttribute('allowpopups', '')
      view.setAttribute('src', 'app://kindling/index.html')
      document.body.append(view)
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
      return ['loadURL', 'contentWindow', 'executeJavaScript'].filter((name) => name in view)
    })
    const pages = await window.app.evaluate(({ webContents }) => webContents.getAllWebContents().length)
    expect([made, pages]).toEqual([[], 1])
  })

  test('its policy allows nothing but its own files', async () => {
    const policy = await window.app.evaluate(async ({ session }) => {
      const answer = await session.fromPartition('window').fetch('app://kindling/index.html')
      return answer.headers.get('content-security-policy')
    })
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("connect-src 'none'")
    expect(policy).not.toContain('unsafe')
  })

  test.each([
    ['kindling/index.html', 200],
    // Dots are resolved before the request arrives, so this file does not exist.
    ['kindling/%2e%2e/main/window.js', 404],
    ['kindling/..%2f..%2fpackage.json', 403],
    ['kindling/..%5c..%5cpackage.json', 403],
    ['kindling/%252e%252e%252fmain/window.js', 404],
    ['kindling/index.html%00.js', 403],
    ['kindling/%zz.js', 403],
    ['kindling/', 403],
    ['other/index.html', 403],
    ['kindling.example.org/index.html', 403],
    ['etc/passwd', 403],
    ['/index.html', 403],
  ])('app:// serves nothing outside of its folder: %s', async (path, status) => {
    const answered = await window.app.evaluate(
      async ({ session }, path) => (await session.fromPartition('window').fetch(`app://${path}`)).status,
      path,
    )
    expect(answered).toBe(status)
  })
})
