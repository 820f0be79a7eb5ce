import { join } from 'node:path'
import { app, ipcMain, Menu, nativeTheme, protocol } from 'electron'
import { ownPaths } from '../../settings/own-paths.ts'
import { glanceAtSettings } from '../../settings/glance-at-settings.ts'
import { nameImage, readWindowArguments } from '../window-arguments.ts'
import { scheme } from './app-protocol.ts'
import { becomeOther } from './become-other.ts'
import { channels } from './channels.ts'
import { harden } from './hardening.ts'
import { ImageInbox } from './image-inbox.ts'
import { openPage } from './open-page.ts'
import { isOurPage } from './our-page.ts'
import { PageGrants } from './page-grants.ts'
import { showAgain } from './show-again.ts'
import { speak } from './speech.ts'

const ended = becomeOther(process.argv)
if (ended !== null) process.exit(ended)

// Both must happen before Electron is ready.
protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }])
// Chromium's own files apart from Kindling's.
app.setPath('userData', join(app.getPath('appData'), 'kindling', 'window'))
// Windows shows no notification of a program without it; elsewhere it does nothing.
app.setAppUserModelId('org.kindling.Kindling')
harden(app)
// Nothing here needs a graphics card, and drivers are what leaves a window blank (ADR 20).
app.disableHardwareAcceleration()

// Before Electron is ready, which else makes a menu of its own.
Menu.setApplicationMenu(
  process.platform === 'darwin'
    ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
    : null,
)

const { driveFiles, image } = readWindowArguments(process.argv, namedApp(), process.cwd())
const images = new ImageInbox(image)
// macOS says it so, also to a program that runs, and possibly before it is ready.
app.on('open-file', (event, path) => {
  event.preventDefault()
  images.put(nameImage(path, '/'))
})

// Read while Electron becomes ready.
const look = glanceAtSettings(ownPaths())

// Two windows could write to one drive.
if (app.requestSingleInstanceLock()) void app.whenReady().then(open).catch(refuseToStart)
else app.quit()

async function open(): Promise<void> {
  // Here, since what the build makes of other files may lie elsewhere.
  const built = import.meta.dirname
  const { theme, language } = await look
  nativeTheme.themeSource = theme
  const page = openPage(built, speak(language))
  const grants = new PageGrants()
  ipcMain.on(channels.given, (event, path: unknown) => {
    if (isOurPage(event.senderFrame) && typeof path === 'string') grants.addPath('image', path)
  })
  // All that answers the page is loaded once there is something to see: it would hold up the first frame.
  const door = page.painted
    .then(() => import('./serve-page.ts'))
    .then(({ servePage }) => servePage(page.window, built, driveFiles, images, grants))
  // A frame that is gone when the door is there is null.
  ipcMain.handle(channels.call, async (event, name: unknown, args: unknown) =>
    (await door)(event.senderFrame, name, args),
  )
  app.on('second-instance', (_event, words, directory) => {
    const opened = readWindowArguments(words, namedApp(), directory)
    if (opened.image !== null) images.put(opened.image)
    showAgain(page.window)
  })
  app.on('window-all-closed', () => app.quit())
  // Chromium does so for SIGTERM, SIGINT and SIGHUP.
  process.on('SIGQUIT', () => app.quit())
  let closed = false
  page.window.once('close', () => (closed = true))
  await Promise.all([page.loaded, door]).catch((error: unknown) => {
    // A window that is gone while it still loads has not failed to start.
    if (!closed && !page.window.isDestroyed()) throw error
  })
}

/** Beside the sources, Electron is told the directory of its app. */
function namedApp(): string | null {
  return process.defaultApp ? app.getAppPath() : null
}

async function refuseToStart(error: unknown): Promise<void> {
  const { tellWhyNot } = await import('./tell-why-not.ts')
  tellWhyNot(error)
  app.exit(1)
}
