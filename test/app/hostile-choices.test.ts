import { readdir, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Result } from '../../src-shared/result.ts'
import type { SavedSettings } from '../../src-shared/settings.ts'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { setTrap, type Trap } from '../support/mirror/trap.ts'

const sha256 = 'a'.repeat(64)

// The system's dialogs are stubbed (`answerDialogs`, `answerQuestions`), because a test cannot
// press their buttons.
describeWith(['window'], 'choices of a hostile page', () => {
  let coreos: CoreosMirror
  let trap: Trap
  let home: TemporaryDirectory
  let window: OpenWindow
  const chosen = () => home.file('chosen')
  const victim = () => home.file('victim')
  const image = () => home.file('image.raw')
  const trapUrl = () => `http://127.0.0.1:${trap.port}/`

  beforeAll(async () => {
    ;[coreos, trap, home] = await Promise.all([startCoreosMirror(), setTrap(), makeTemporaryDirectory('kindling-')])
    await Promise.all([
      writeFile(victim(), 'mine'.repeat(1024 * 1024)),
      writeFile(image(), 'x'.repeat(1024 * 1024)),
      writeFile(home.file('keys.asc'), await readFile(coreos.keyringFile)),
    ])
    window = await openWindow({ home: home.path, env: { KINDLING_STREAM_BASE_URL: coreos.baseUrl } })
  })
  afterAll(async () => {
    await window?.close()
    await Promise.all([coreos?.dispose(), trap?.close(), home?.dispose()])
  })

  /** Calls the bridge as code in the page could. */
  const call = (name: string, args: unknown) =>
    window.page.evaluate(
      ([name, args]) => (globalThis as unknown as { kindling: LooseBridge }).kindling.call(name, args),
      [name, args] as const,
    )
  const settings = async (): Promise<SavedSettings> =>
    JSON.parse(await readFile(home.file('config/kindling/settings.json'), 'utf8').catch(() => '{}'))
  const code = (answer: Result<unknown>) => (answer.ok ? 'ok' : answer.failure.code)
  const streamSource = () => {
    const { stream, architecture } = coreos
    return { image: { kind: 'stream', stream, architecture, platform: 'metal', format: 'raw.xz' } }
  }
  const fileSource = () => ({ image: { kind: 'file', path: image() } })

  test('a folder, a disk-image file, a cache and a keyring that no person chose are refused unasked', async () => {
    const asked = await window.answerQuestions(true)
    const refused = [
      await call('start', { spec: { job: 'download', source: streamSource(), directory: home.path } }),
      await call('inspectDrive', { path: victim() }),
      await call('start', { spec: { job: 'write', source: streamSource(), drive: victim() } }),
      await call('startWrites', { spec: { source: streamSource(), drives: [{ drive: victim() }] } }),
      await call('changeSettings', { changes: { keyring: home.file('keys.asc') } }),
      await call('changeSettings', { changes: { cacheDirectory: home.path } }),
      await call('catalog', { stream: 'stable', streamBaseUrl: trapUrl() }),
    ]
    expect(refused.map(code)).toEqual(refused.map(() => 'usage'))
    expect(await asked()).toEqual([])
    expect((await readdir(home.path)).filter((name) => /coreos/.test(name))).toEqual([])
    expect(await readFile(victim(), 'utf8')).toMatch(/^mine/)
    expect(await settings()).toEqual({})
  })

  test('an identity of its own making makes no file a drive', async () => {
    const asked = await window.answerQuestions(true)
    const drives = (await call('drives', {})) as Result<{ identity: object }[]>
    const identity = {
      ...{ device: victim(), kind: 'file', size: 1, model: null, vendor: null, serial: null, wwn: null, byId: null },
      ...{ number: '1:1', attachment: null, medium: null, ...(drives.ok ? drives.value[0]?.identity : {}) },
    }
    for (const forged of [{ device: victim() }, { device: victim(), byId: victim() }])
      expect(
        code(
          await call('start', {
            spec: { job: 'write', source: streamSource(), drive: victim(), identity: { ...identity, ...forged } },
          }),
        ),
      ).toBe('usage')
    expect(await asked()).toEqual([])
  })

  test('no server is reached, no other file read, before a person agrees', async () => {
    const asked = await window.answerQuestions(false)
    const sources = [
      { image: { kind: 'url', url: `${trapUrl()}image.raw` } },
      { ...streamSource(), signature: `${trapUrl()}image.sig` },
      fileSource(),
      { ...streamSource(), keyring: home.file('keys.asc') },
      { ...streamSource(), checksumFile: `${trapUrl()}SHA256SUMS` },
      { ...streamSource(), checksumFile: home.file('keys.asc') },
    ]
    for (const source of sources) {
      expect(code(await call('preview', { source }))).toBe('declined')
      expect(code(await call('start', { spec: { job: 'download', source, directory: home.path } }))).not.toBe('ok')
    }
    expect(await trap.takeVisits()).toEqual([])
    const questions = await asked()
    expect(questions.map(({ detail }) => detail.split('\n')[0])).toEqual([
      `${trapUrl()}image.raw`,
      `${trapUrl()}image.sig`,
      image(),
      home.file('keys.asc'),
      `${trapUrl()}SHA256SUMS`,
      home.file('keys.asc'),
    ])
    expect(new Set(questions.map(({ usual }) => usual))).toEqual(new Set(['Cancel']))
  })

  test('a mirror, a keyring and no reading back are set for good only with a person’s word', async () => {
    await window.answerDialogs(home.file('keys.asc'))
    expect(await call('chooseFile', { purpose: 'keyring' })).toMatchObject({ ok: true })
    const asked = await window.answerQuestions(false)
    for (const changes of [{ streamBaseUrl: trapUrl() }, { keyring: home.file('keys.asc') }, { verify: false }])
      expect(code(await call('changeSettings', { changes }))).toBe('declined')
    expect(await settings()).toEqual({})
    expect((await asked()).map(({ message }) => message)).toEqual([
      'Use this mirror from now on?',
      'Trust the keys in this file from now on?',
      'Stop verifying drives after writing?',
    ])
    await window.answerQuestions(true)
    expect(code(await call('changeSettings', { changes: { verify: false } }))).toBe('ok')
    expect(await settings()).toEqual({ verify: false })
    await call('changeSettings', { changes: { verify: null } })
  })

  test('no job trusts more than Fedora’s keys without a person’s word', async () => {
    await window.answerDialogs(chosen())
    await call('chooseFolder', { purpose: 'download' })
    await window.answerDialogs(image())
    await call('chooseFile', { purpose: 'image' })
    await window.answerDialogs(home.file('SHA256SUMS'))
    await call('chooseFile', { purpose: 'checksumFile' })
    const asked = await window.answerQuestions(false)
    const trusting = [
      { ...fileSource(), insecure: true },
      { ...fileSource(), sha256 },
      { ...fileSource(), checksumFile: home.file('SHA256SUMS') },
      { ...streamSource(), keyring: home.file('keys.asc') },
    ]
    for (const source of trusting)
      expect(code(await call('start', { spec: { job: 'download', source, directory: chosen() } }))).toBe('declined')
    const questions = await asked()
    expect(questions.map(({ message }) => message)).toEqual([
      'Use an image of unknown origin?',
      'Trust this SHA-256?',
      'Trust this list of sums?',
      'Trust the keys in this file?',
    ])
    expect(questions[0]!.detail).toContain(`${image()} → ${chosen()}`)
    expect(questions[1]!.detail).toContain(sha256)
    expect(questions[2]!.detail).toContain(home.file('SHA256SUMS'))
    expect(await readdir(home.path)).not.toContain('chosen')
  })

  test('the questions are asked in the language of the window', async () => {
    await call('speak', { choice: 'ru' })
    const asked = await window.answerQuestions(false)
    await call('changeSettings', { changes: { verify: false } })
    expect(await asked()).toMatchObject([{ message: 'Больше не проверять накопители после записи?', usual: 'Отмена' }])
    await call('speak', { choice: 'en' })
  })

  test('a question is asked alone, and the window is there for it', async () => {
    const open = await window.app.evaluate(async ({ dialog, BrowserWindow }) => {
      let [open, most, parented] = [0, 0, true]
      dialog.showMessageBox = (async (parent: unknown) => {
        most = Math.max(most, ++open)
        parented &&= parent === BrowserWindow.getAllWindows()[0]
        await new Promise((resolve) => setImmediate(resolve))
        open--
        return { response: 0, checkboxChecked: false }
      }) as typeof dialog.showMessageBox
      const change = (url: string) =>
        `kindling.call('changeSettings', { changes: { streamBaseUrl: ${JSON.stringify(url)} } })`
      const calls = ['http://a.example/', 'http://b.example/', 'http://c.example/'].map(change).join(', ')
      await BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(`Promise.all([${calls}])`)
      return { most, parented }
    })
    expect(open).toEqual({ most: 1, parented: true })
  })

  test('a page cannot say that a file was dropped', async () => {
    const asked = await window.answerQuestions(false)
    const other = home.file('keys.asc')
    await window.page.evaluate((path) => {
      const { pathOf } = (globalThis as unknown as { kindling: LooseBridge }).kindling
      pathOf(new File(['x'], path))
      for (const forged of [{ path }, path, null])
        try {
          pathOf(forged)
        } catch {
          // Electron rejects arguments that are not a File.
        }
    }, other)
    expect(code(await call('preview', { source: { image: { kind: 'file', path: other } } }))).toBe('declined')
    expect(code(await call('kindling:given', other))).toBe('usage')
    expect(await asked()).toHaveLength(1)
  })

  test('nor can another page or a frame, not even with the preload script’s own channel', async () => {
    const asked = await window.answerQuestions(false)
    const other = home.file('keys.asc')
    await window.app.evaluate(({ ipcMain, BrowserWindow }, path) => {
      const { mainFrame } = BrowserWindow.getAllWindows()[0]!.webContents
      const senders = [null, { url: 'https://example.org/', parent: null }, { url: mainFrame.url, parent: mainFrame }]
      for (const senderFrame of senders) ipcMain.emit('kindling:given', { senderFrame }, path)
      for (const odd of [7, null, { path }]) ipcMain.emit('kindling:given', { senderFrame: mainFrame }, odd)
    }, other)
    expect(code(await call('preview', { source: { image: { kind: 'file', path: other } } }))).toBe('declined')
    expect(await asked()).toHaveLength(1)
  })
})

interface LooseBridge {
  call(...all: unknown[]): Promise<Result<unknown>>
  pathOf(file: unknown): string
}
