import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Result } from '../../src-shared/result.ts'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'

const preload = resolve(import.meta.dirname, '../../out/preload/preload.cjs')

interface LooseBridge {
  call(...all: unknown[]): Promise<{ ok: boolean; failure?: { code: string } }>
  onNews(listener: unknown): unknown
  pathOf(file: unknown): unknown
}

describeWith(['window'], 'calls of a hostile page', () => {
  let window: OpenWindow
  beforeAll(async () => {
    window = await openWindow({ env: { KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:1/' } })
  })
  afterAll(() => window?.close())

  /** Calls the bridge without its types. */
  const callBridge = (name: unknown, args: unknown) =>
    window.page.evaluate(
      ([name, args]) => (globalThis as unknown as { kindling: LooseBridge }).kindling.call(name, args),
      [name, args] as const,
    ) as Promise<Result<unknown>>

  test.each([
    ['a call that does not exist', 'format', {}],
    ['a name that every object has', 'constructor', {}],
    ['a name that no object owns', '__proto__', {}],
    ['a name that is no text', { toString: 'drives' }, {}],
    ['a missing argument', 'cancel', {}],
    ['an argument of the wrong type', 'cancel', { id: 7 }],
    ['no arguments at all', 'preview', null],
    ['arguments that are a list', 'surroundings', []],
    ['a link that is an address', 'openLink', { link: 'https://example.org/' }],
    ['a file in a folder that no person chose', 'showFile', { path: '/etc/passwd' }],
    ['a link that every object has', 'openLink', { link: 'toString' }],
    ['a purpose that is a path', 'chooseFile', { purpose: '/etc/passwd' }],
    ['a job that does not exist', 'start', { spec: { job: 'erase', drive: '/dev/null' } }],
    [
      'more drives than there are',
      'startWrites',
      { spec: { source: {}, drives: Array.from({ length: 10_000 }, () => ({ drive: 'x' })) } },
    ],
    ['a text for the clipboard that has no end', 'copyText', { text: 'x'.repeat(1_000_000) }],
    ['a path that has no end', 'start', { spec: { job: 'verify', drive: 'x'.repeat(100_000), source: {} } }],
    ['a mirror that is a file', 'changeSettings', { changes: { streamBaseUrl: 'file:///etc/' } }],
    ['a setting of a kind that is none', 'changeSettings', { changes: { verify: 'no' } }],
    ['a receipt of its own invention', 'saveReceipt', { receipt: { job: 'write', statement: 'proved' } }],
  ])('%s is refused at the door', async (_name, name, args) => {
    const answer = await callBridge(name, args)
    expect(answer).toMatchObject({ ok: false, failure: { code: 'usage' } })
  })

  const odd: Record<string, (bridge: LooseBridge) => unknown> = {
    'a function': ({ call }) => call('cancel', { id: () => 'x' }),
    'something that holds itself': ({ call }) => {
      const args: Record<string, unknown> = {}
      args['id'] = args
      return call('cancel', args)
    },
    'something a thousand levels deep': ({ call }) => {
      let args: object = {}
      for (let depth = 0; depth < 5000; depth++) args = { id: args }
      return call('cancel', args)
    },
    'a symbol': ({ call }) => call('cancel', { id: Symbol('x') }),
    'a part of the page': ({ call }) => call('cancel', { id: document.body }),
    'the page itself': ({ call }) => call('cancel', globalThis),
    'a value that throws when it is read': ({ call }) =>
      call('cancel', {
        get id(): never {
          throw new Error('read')
        },
      }),
    'a number without end': ({ call }) => call('cancel', { id: 10n ** 1000n }),
    'a hundred megabytes': ({ call }) => call('cancel', { id: ['x'.repeat(100_000_000)] }),
    'a prototype': ({ call }) => call('preview', JSON.parse('{"__proto__": {"polluted": true}, "source": 7}')),
    'the prototype of a prototype': ({ call }) =>
      call('preview', JSON.parse('{"constructor": {"prototype": {"polluted": true}}}')),
    'a prototype of its own for all objects': ({ call }) => {
      Reflect.set(Object.prototype, 'polluted', true)
      try {
        return call('cancel', {})
      } finally {
        Reflect.deleteProperty(Object.prototype, 'polluted')
      }
    },
    'no file': ({ pathOf }) => pathOf({ path: '/etc/passwd' }) || Promise.reject(new Error('no path')),
    'a file of its own making': ({ pathOf }) =>
      pathOf(new File(['x'], '/etc/passwd')) || Promise.reject(new Error('no path')),
    'a listener that is none': ({ onNews }) => {
      onNews({ call: 1 })
      throw new Error('not told')
    },
  }

  test.each(Object.keys(odd))('%s does no harm', async (name) => {
    const outcome = await window.page.evaluate(
      `Promise.resolve().then(() => (${odd[name]})(kindling)).then((answer) => answer, (error) => ({ thrown: String(error) }))`,
    )
    if (!(outcome as { thrown?: string }).thrown) expect(outcome).toMatchObject({ ok: false })
    // The program is unharmed and still answers.
    const polluted = await window.app.evaluate(() => (({}) as { polluted?: boolean }).polluted)
    expect(polluted).toBeUndefined()
    expect(await callBridge('surroundings', {})).toMatchObject({ ok: true })
  })

  test('a page that changes what all objects have does not change what the door sees', async () => {
    const answer = await window.page.evaluate(async () => {
      const { call } = (globalThis as unknown as { kindling: LooseBridge }).kindling
      const original = Array.prototype.push
      const seen: unknown[] = []
      const spy = function (this: unknown[], ...all: unknown[]) {
        seen[seen.length] = all
        return original.apply(this, all)
      }
      Reflect.set(Array.prototype, 'push', spy)
      const answer = await call('surroundings', {})
      Reflect.set(Array.prototype, 'push', original)
      return { ok: answer.ok, leaked: JSON.stringify(seen).includes('ipc') }
    })
    expect(answer).toEqual({ ok: true, leaked: false })
  })

  /** Calls the IPC handler from another page that has the same preload script. */
  const callFrom = (address: string) =>
    window.app.evaluate(
      async ({ BrowserWindow, session }, { address, preload }) => {
        const other = new BrowserWindow({
          show: false,
          webPreferences: { session: session.fromPartition('window'), preload, sandbox: true },
        })
        await other.loadURL(address).catch(() => {})
        const answer = (await other.webContents.executeJavaScript(
          `kindling.call('drives', {}).then((answer) => answer, (error) => String(error))`,
        )) as unknown
        other.destroy()
        return answer
      },
      { address, preload },
    )

  test.each([['about:blank'], ['app://other/index.html'], ['app://kindling.example.org/index.html']])(
    'the door does not open for %s',
    async (address) => {
      expect(await callFrom(address)).toMatchObject({ ok: false, failure: { code: 'usage' } })
    },
  )

  test('the door opens for the page, and not for a frame in it', async () => {
    const answers = await window.app.evaluate(async ({ ipcMain, BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!
      await webContents.executeJavaScript(
        `document.body.append(document.createElement('iframe')); new Promise((resolve) => setTimeout(resolve))`,
      )
      const { mainFrame } = webContents
      const [frame] = mainFrame.frames
      // Electron's internal entry point for messages. A frame has no bridge of its own to send one.
      type Listener = (event: object, ...all: unknown[]) => Promise<{ ok: boolean }>
      const { _invokeHandlers } = ipcMain as unknown as { _invokeHandlers: Map<string, Listener> }
      const [listener] = [..._invokeHandlers.values()]
      const ask = (senderFrame: unknown) => listener!({ senderFrame }, 'surroundings', {}).then(({ ok }) => ok)
      return { page: await ask(mainFrame), frame: await ask(frame), gone: await ask(null), doors: _invokeHandlers.size }
    })
    expect(answers).toEqual({ page: true, frame: false, gone: false, doors: 1 })
  })
})
