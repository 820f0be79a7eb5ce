import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen, session } from 'electron'
import type { Language } from '../../../src-shared/language.ts'
import { host, pageUrl, scheme, serveFolder } from './app-protocol.ts'
import { languageWord } from './channels.ts'
import { fitWindow } from './fit-window.ts'
import { hardenSession, webPreferences } from './hardening.ts'

/** Window that becomes visible once its page is painted. */
export interface OpenedPage {
  window: BrowserWindow
  /** Resolves when the page is painted and the window is shown. */
  painted: Promise<void>
  /** Resolves when the page is loaded and its script has run. */
  loaded: Promise<void>
}

/**
 * Creates the window and loads the page.
 * @param built – the folder of the built program; the folder of the built page is next to it
 */
export function openPage(built: string, language: Language): OpenedPage {
  // An in-memory session: data that the page stores does not outlive the window.
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

/** Returns the background colour of the window until the page is painted. */
const groundColor = (): string => (nativeTheme.shouldUseDarkColors ? '#171311' : '#faf8f5')
