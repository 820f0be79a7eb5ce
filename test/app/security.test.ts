import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Result } from '../../src-shared/result.ts'
import { openWindow, type OpenWindow } from '../support/open-window.ts'
import { canOpenWindow } from '../support/run-electron.ts'

const missing = canOpenWindow()

describe.skipIf(missing)(`the window is locked down${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let window: OpenWindow
  beforeAll(async () => {
    window = await openWindow({ env: { KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:1/' } })
  })
  afterAll(() => window?.close())

  /** Calls through the bridge, past its types. */
  const callBridge = (name: unknown, args: unknown) =>
    window.page.evaluate(
      ([name, args]) =>
        (globalThis as unknown as { kindling: { call(...all: unknown[]): Promise<unknown> } }).kindling.call(
          name,
          args,
        ),
      [name, args] as const,
    ) as Promise<Result<unknown>>

  test('the page has no Node and only the bridge', async () => {
    const found = await window.page.evaluate(() => ({
      globals: ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in globalThis),
      bridge: Object.keys((globalThis as unknown as { kindling: object }).kindling).sort(),
    }))
    expect(found).toEqual({ globals: [], bridge: ['call', 'onNews', 'pathOf'] })
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
      webviewTag: false,
      webSecurity: true,
    })
  })

  test('it cannot open windows', async () => {
    const opened = await window.page.evaluate(() => open('https://example.org/') !== null)
    expect(opened).toBe(false)
    expect(window.app.windows()).toHaveLength(1)
  })

  test('it cannot go elsewhere', async () => {
    for (const address of ['https://example.org/', 'file:///etc/passwd', 'app://other/index.html']) {
      await window.page.evaluate((address) => location.assign(address), address).catch(() => {})
      expect(window.page.url()).toBe('app://kindling/index.html')
    }
  })

  test('it reaches no network, runs no inline script and no eval', async () => {
    const tried = await window.page.evaluate(async () => {
      const script = document.createElement('script')
      const outcome = { inline: false, fetched: false, evaluated: false }
      try {
        script.textContent = 'window.ran = true'
        document.head.append(script)
      } catch {
        // Trusted types refuse the text itself.
      }
      outcome.inline = 'ran' in globalThis
      outcome.fetched = await fetch('http://127.0.0.1:1/').then(
        () => true,
        (error: Error) => !error.message.includes('Content Security Policy') && !(error instanceof TypeError),
      )
      // In a task of its own: what a debugger evaluates is excused from the policy.
      outcome.evaluated = await new Promise<boolean>((resolve) =>
        setTimeout(() => {
          try {
            resolve(new Function('return true')() as boolean)
          } catch {
            resolve(false)
          }
        }),
      )
      return outcome
    })
    expect(tried).toEqual({ inline: false, fetched: false, evaluated: false })
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

  test('app:// serves nothing outside of its folder', async () => {
    const statuses = await window.app.evaluate(async ({ session }) => {
      const { fetch } = session.fromPartition('window')
      const paths = [
        'kindling/%2e%2e/main/window.js',
        'kindling/..%2f..%2fpackage.json',
        'other/index.html',
        'kindling/',
      ]
      return Promise.all(
        paths.map(async (path) => (await fetch.call(session.fromPartition('window'), `app://${path}`)).status),
      )
    })
    // The first path's dots are resolved before they arrive: a file that is not there.
    expect(statuses).toEqual([404, 403, 403, 403])
  })

  test('permissions are denied', async () => {
    const state = await window.page.evaluate(() =>
      navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state),
    )
    expect(state).toBe('denied')
  })

  test.each([
    ['a call that does not exist', 'format', {}],
    ['a name that every object has', 'constructor', {}],
    ['a name that is no text', { toString: 'drives' }, {}],
    ['a missing argument', 'cancel', {}],
    ['an argument of the wrong type', 'cancel', { id: 7 }],
    ['no arguments at all', 'preview', null],
    ['a link that is an address', 'openLink', { link: 'https://example.org/' }],
    ['a job that does not exist', 'start', { spec: { job: 'erase', drive: '/dev/null' } }],
  ])('%s is refused at the door', async (_name, name, args) => {
    const answer = await callBridge(name, args)
    expect(answer).toMatchObject({ ok: false, failure: { code: 'usage' } })
  })
})
