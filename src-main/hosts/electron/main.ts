import { join } from 'node:path'
import { app, ipcMain, Menu, nativeTheme, protocol } from 'electron'
import { ownPaths } from '../../settings/own-paths.ts'
import { readStartupSettings } from '../../settings/read-startup-settings.ts'
import { readImageName, readWindowArguments } from '../window-arguments.ts'
import { scheme } from './app-protocol.ts'
import { runHiddenEntry } from './run-hidden-entry.ts'
import { channels } from './channels.ts'
import { harden } from './hardening.ts'
import { ImageInbox } from './image-inbox.ts'
import { openPage } from './open-page.ts'
import { isOurPage } from './our-page.ts'
import { PageGrants } from './page-grants.ts'
import { showAgain } from './show-again.ts'
import { speak } from './speech.ts'

const ended = runHiddenEntry(process.argv)
if (ended !== null) process.exit(ended)

// Both must happen before Electron is ready.
protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }])
// Keeps Chromium's files apart from Kindling's.
app.setPath('userData', join(app.getPath('appData'), 'kindling', 'window'))
// Windows shows no notifications of a program without this id. On other systems it has no effect.
app.setAppUserModelId('org.kindling.Kindling')
harden(app)
// Kindling does not need a graphics card, and graphics drivers cause blank windows (ADR 20).
app.disableHardwareAcceleration()

// Set before Electron is ready. Otherwise Electron creates its own menu.
Menu.setApplicationMenu(
  process.platform === 'darwin'
    ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
    : null,
)

const { driveFiles, image } = readWindowArguments(process.argv, namedApp(), process.cwd())
const images = new ImageInbox(image)
// macOS passes a file in this way, also to a running program, and possibly before it is ready.
app.on('open-file', (event, path) => {
  event.preventDefault()
  images.put(readImageName(path, '/'))
})

// Starts reading while Electron becomes ready.
const look = readStartupSettings(ownPaths())

// One instance only: two windows could write to one drive.
if (app.requestSingleInstanceLock()) void app.whenReady().then(open).catch(refuseToStart)
else app.quit()

async function open(): Promise<void> {
  // Read in this file, since the build may put other modules elsewhere.
  const built = import.meta.dirname
  const { theme, language } = await look
  nativeTheme.themeSource = theme
  const page = openPage(built, speak(language))
  const grants = new PageGrants()
  ipcMain.on(channels.given, (event, path: unknown) => {
    if (isOurPage(event.senderFrame) && typeof path === 'string')
      for (const purpose of ['image', 'ignition'] as const) grants.addPath(purpose, path)
  })
  // The code that serves the page is loaded after the first paint, which it would delay.
  const door = page.painted
    .then(() => import('./serve-page.ts'))
    .then(({ servePage }) => servePage(page.window, built, driveFiles, images, grants))
  // `senderFrame` is null if the frame no longer exists when the door is ready.
  ipcMain.handle(channels.call, async (event, name: unknown, args: unknown) =>
    (await door)(event.senderFrame, name, args),
  )
  app.on('second-instance', (_event, words, directory) => {
    const opened = readWindowArguments(words, namedApp(), directory)
    if (opened.image !== null) images.put(opened.image)
    showAgain(page.window)
  })
  app.on('window-all-closed', () => app.quit())
  // Chromium does the same for SIGTERM, SIGINT and SIGHUP.
  process.on('SIGQUIT', () => app.quit())
  let closed = false
  page.window.once('close', () => (closed = true))
  await Promise.all([page.loaded, door]).catch((error: unknown) => {
    // A window that is closed while it loads is not a failed start.
    if (!closed && !page.window.isDestroyed()) throw error
  })
}

/** Returns the app's directory, which is an argument of Electron when it runs from the sources. */
function namedApp(): string | null {
  return process.defaultApp ? app.getAppPath() : null
}

async function refuseToStart(error: unknown): Promise<void> {
  const { showStartupError } = await import('./show-startup-error.ts')
  showStartupError(error)
  app.exit(1)
}
