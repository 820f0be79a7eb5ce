import { join } from 'node:path'
import { BrowserWindow, nativeTheme, session } from 'electron'
import { host, pageUrl, scheme, serveFolder } from './app-protocol.ts'
import { hardenSession, webPreferences } from './hardening.ts'

/** A window that is not shown yet. */
export interface OpenedPage {
  window: BrowserWindow
  /** Resolves when the page has its script, and is busy with it: until then it waits at each step for this thread. */
  given: Promise<void>
  /** Resolves when there is something to show. */
  painted: Promise<void>
  /** Resolves when the page and its script were run. */
  loaded: Promise<void>
}

/** Makes the window, and has it load the page. @param built the folder of the built program, with the page's beside it */
export function openPage(built: string): OpenedPage {
  // Nothing that a page keeps outlives the window: a session in memory.
  const memory = session.fromPartition('window')
  const hardened = hardenSession(memory, `${scheme}://${host}/`)
  const serve = serveFolder(join(built, '../renderer'))
  let give = () => {}
  const given = new Promise<void>((resolve) => (give = resolve))
  memory.protocol.handle(scheme, async (request) => {
    const answer = await serve(request)
    // Once the answer is on its way.
    if (request.url.endsWith('.js')) setImmediate(give)
    return answer
  })
  const window = new BrowserWindow({
    width: 1120,
    height: 760,
    minWidth: 640,
    minHeight: 480,
    title: 'Kindling',
    show: false,
    backgroundColor: groundColor(),
    webPreferences: {
      ...webPreferences,
      session: memory,
      preload: join(built, '../preload/preload.cjs'),
    },
  })
  const painted = new Promise<void>((resolve) => void window.once('ready-to-show', () => resolve()))
  return { window, given, painted, loaded: hardened.then(() => window.loadURL(pageUrl)) }
}

/** What the page's ground will be, until it is painted. */
export const groundColor = (): string => (nativeTheme.shouldUseDarkColors ? '#171311' : '#faf8f5')
