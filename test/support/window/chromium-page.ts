import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { KindlingError, toFailure } from '../../../src-shared/failure.ts'
import { ok } from '../../../src-shared/result.ts'
import type { Bridge, WindowCalls, WindowNews } from '../../../src-shared/window-api.ts'
import { createApp } from '../../../src-main/app/create-app.ts'
import { createPorts } from '../../../src-main/create-ports.ts'
import { host, pageUrl, scheme, serveFolder } from '../../../src-main/hosts/electron/app-protocol.ts'
import { createDoor } from '../../../src-main/hosts/electron/door.ts'
import { guardPage } from '../../../src-main/hosts/electron/guard-page.ts'
import { PageGrants } from '../../../src-main/hosts/electron/page-grants.ts'
import { thisElevation } from '../../../src-main/privileged/elevation.ts'
import { buildOut } from '../run/build-out.ts'
import { patience } from '../run/patience.ts'
import { startChromium } from './start-chromium.ts'

const built = resolve(import.meta.dirname, '../../../out')

export interface ChromiumPage {
  page: Page
  /** Errors of the page: policy violations and exceptions. */
  complaints: string[]
  /** Answers the next file dialog with this path, as a person would. */
  answerDialog(path: string): void
  close(): Promise<void>
}

/**
 * Opens the built page in Chromium, with the real core behind the real door. The files come over
 * the loopback with the headers that the window sends, and the page's calls through the debugger,
 * to which its policy does not apply. Only the system's dialogs and the window are replaced.
 * @param environment – of the core: its folders, mirror and keyring
 */
export async function openChromiumPage(environment: Record<string, string>): Promise<ChromiumPage> {
  buildOut()
  const ports = createPorts(thisElevation('script', `${built}/main`), { ...process.env, ...environment })
  const api = createApp(ports)
  const grants = new PageGrants()
  let chosen: string | null = null
  const guarded = guardPage(
    api,
    grants,
    () => Promise.resolve(false),
    () => undefined,
  )

  const files = serveFolder(`${built}/renderer`)
  const server = createServer((request, response) => {
    // A browser asks for an icon by itself, Electron does not.
    if (request.url === '/favicon.ico') return void response.writeHead(204).end()
    void files({ url: `${scheme}://${host}${request.url}`, method: request.method! }).then(async (answer) => {
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const browser = await startChromium()
  const page = await browser.newPage()
  page.setDefaultTimeout(patience)
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))

  const tell = (news: WindowNews) =>
    void page.evaluate((given) => (globalThis as unknown as Told).tellKindling(given), news).catch(() => undefined)
  let unsubscribe = () => {}
  const door = createDoor(
    guarded,
    withoutSystem({
      async open() {
        const [settings, surroundings] = await Promise.all([api.settings({}), api.surroundings({})])
        if (!settings.ok) return settings
        if (!surroundings.ok) return surroundings
        return ok({
          ...{ settings: settings.value, surroundings: surroundings.value, language: 'en' },
          ...{ catalog: null, downloadsFolder: '/nowhere', earlierAnswers: [], profiles: [], driveFiles: [] },
          lostSandbox: null,
        })
      },
      async listen() {
        unsubscribe = guarded.subscribe(tell)
        return ok(null)
      },
      async chooseFile({ purpose }) {
        const path = chosen
        chosen = null
        if (path !== null) grants.addPath(purpose, path)
        return ok(path)
      },
      takeImage: async () => ok(null),
      update: async () => ok({ state: 'not-offered', reason: 'system', waits: false }),
    }),
  )
  await page.exposeBinding('callKindling', ({ frame }, name: unknown, args: unknown) =>
    door({ url: frame.url().replace(`${origin}/index.html`, pageUrl), parent: frame.parentFrame() }, name, args),
  )
  await page.addInitScript(() => {
    const listeners = new Set<(news: WindowNews) => void>()
    const inside = globalThis as unknown as Told & { callKindling: Bridge['call']; kindling: Bridge }
    inside.tellKindling = (news) => listeners.forEach((listener) => listener(news))
    inside.kindling = {
      call: inside.callKindling,
      language: 'en',
      onNews(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      pathOf: () => '',
    }
  })
  await page.goto(`${origin}/index.html`)
  await page.getByRole('tab', { selected: true }).waitFor()
  return {
    page,
    complaints,
    answerDialog: (path) => void (chosen = path),
    async close() {
      unsubscribe()
      await browser.close()
      server.close()
    },
  }
}

type Told = { tellKindling(news: WindowNews): void }

/** Adds the calls that need the system's window: they fail. */
function withoutSystem(calls: Partial<WindowCalls>): WindowCalls {
  const failure = toFailure(new KindlingError('usage', { reason: 'a browser has no such window' }))
  return new Proxy(calls, {
    get: (given, name) => Reflect.get(given, name) ?? (() => Promise.resolve({ ok: false, failure })),
  }) as WindowCalls
}
