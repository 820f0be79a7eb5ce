import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen, session } from 'electron'
import type { Language } from '../../../src-shared/language.ts'
import { host, pageUrl, scheme, serveFolder } from './app-protocol.ts'
import { languageWord } from './channels.ts'
import { fitWindow } from './fit-window.ts'
import { hardenSession, webPreferences } from './hardening.ts'

/** A window that shows itself once there is something to see. */
export interface OpenedPage {
  window: BrowserWindow
  /** Resolves when there is something to show. */
  painted: Promise<void>
  /** Resolves when the page and its script were run. */
  loaded: Promise<void>
}

/**
 * Makes the window, and has it load the page.
 * @param built the folder of the built program, with the page's beside it
 */
export function openPage(built: string, language: Language): OpenedPage {
  // Nothing that a page keeps outlives the window: a session in memory.
  const memory = session.fromPartition('window')
  const hardened = hardenSession(memory, `${scheme}://${host}/`)
  memory.protocol.handle(scheme, serveFolder(join(built, '../renderer')))
  const window = new BrowserWindow({
    ...fitWindow(screen.getPrimaryDisplay().workAreaSize),
    title: 'Kindling',
    show: false,
    backgroundColor: groundColor(),
    webPreferences: {
      ...webPreferences,
      session: memory,
      preload: join(built, '../preload/preload.cjs'),
      additionalArguments: [languageWord + language],
    },
  })
  const painted = new Promise<void>((resolve) => {
    window.once('ready-to-show', () => {
      window.show()
      resolve()
    })
  })
  return { window, painted, loaded: hardened.then(() => window.loadURL(pageUrl)) }
}

/** What the page's ground will be, until it is painted. */
const groundColor = (): string => (nativeTheme.shouldUseDarkColors ? '#171311' : '#faf8f5')
