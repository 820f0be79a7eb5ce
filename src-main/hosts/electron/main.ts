import { join } from 'node:path'
import { app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, powerSaveBlocker, protocol, session } from 'electron'
import { reasonOf } from '../../../src-shared/failure.ts'
import type { SettingsReading } from '../../../src-shared/settings.ts'
import type { WindowNews } from '../../../src-shared/window-api.ts'
import { createApp } from '../../app.ts'
import { createPorts } from '../../create-ports.ts'
import { createLog } from '../../log/create-log.ts'
import { keepLog } from '../../log/keep-log.ts'
import { thisElevation } from '../../privileged/elevation.ts'
import { nameImage, readWindowArguments } from '../window-arguments.ts'
import { host, pageUrl, scheme, serveFolder } from './app-protocol.ts'
import { becomeOther } from './become-other.ts'
import { channels } from './channels.ts'
import { createDoor } from './door.ts'
import { harden, hardenSession, webPreferences } from './hardening.ts'
import { ImageInbox } from './image-inbox.ts'
import { RunningJobs } from './running-jobs.ts'
import { showOnTaskbar } from './show-on-taskbar.ts'
import { tellAtEnd } from './tell-at-end.ts'
import { words } from './speech.ts'
import { createUpdates } from './updates/create-updates.ts'
import { createWindowCalls } from './window-calls.ts'

const ended = becomeOther(process.argv)
if (ended !== null) process.exit(ended)

// Both must happen before Electron is ready.
protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }])
// Chromium's own files apart from Kindling's.
app.setPath('userData', join(app.getPath('appData'), 'kindling', 'window'))
// Windows shows no notification of a program without it; elsewhere it does nothing.
app.setAppUserModelId('org.kindling.Kindling')
harden(app)

const { driveFiles, image } = readWindowArguments(process.argv, namedApp(), process.cwd())
const images = new ImageInbox(image)
// macOS says it so, also to a program that runs, and possibly before it is ready.
app.on('open-file', (event, path) => {
  event.preventDefault()
  images.put(nameImage(path, '/'))
})

// Two windows could write to one drive.
if (app.requestSingleInstanceLock()) void app.whenReady().then(open).catch(refuseToStart)
else app.quit()

async function open(): Promise<void> {
  const ports = createPorts(thisElevation('window', import.meta.dirname))
  const log = createLog({ directory: ports.paths.state, version: ports.version, environment: process.env })
  process.on('uncaughtExceptionMonitor', (error) => log.addError(error))
  const api = keepLog(createApp(ports, log.addError), log)
  const jobs = new RunningJobs(api)
  const updates = createUpdates(ports, jobs, log.addError)
  const heedSettings = ({ settings }: SettingsReading) => {
    nativeTheme.themeSource = settings.theme
    updates.heed(settings.updates)
  }
  const settings = await api.settings({})
  if (settings.ok) heedSettings(settings.value)
  // Nothing that a page keeps outlives the window: a session in memory.
  const memory = session.fromPartition('window')
  const hardened = hardenSession(memory, `${scheme}://${host}/`)
  memory.protocol.handle(scheme, serveFolder(join(import.meta.dirname, '../renderer')))
  Menu.setApplicationMenu(
    process.platform === 'darwin'
      ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
      : null,
  )

  const window = new BrowserWindow({
    width: 1120,
    height: 760,
    minWidth: 640,
    minHeight: 480,
    title: 'Kindling',
    // Elsewhere the package brings it.
    ...(process.platform === 'linux' && { icon: join(import.meta.dirname, '../../assets/icons/256x256.png') }),
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#171311' : '#faf8f5',
    webPreferences: {
      ...webPreferences,
      session: memory,
      preload: join(import.meta.dirname, '../preload/preload.cjs'),
    },
  })
  window.once('ready-to-show', () => window.show())

  const door = createDoor(
    api,
    createWindowCalls(
      () => window,
      driveFiles,
      () => images.take(),
      log,
      updates,
    ),
  )
  ipcMain.handle(channels.call, (event, name: unknown, args: unknown) => door(event.senderFrame, name, args))
  const tell = (news: WindowNews) => {
    if (!window.isDestroyed()) window.webContents.send(channels.news, news)
  }
  const unsubscribe = api.subscribe((news) => {
    if (news.news === 'settings') heedSettings(news.reading)
    tell(news)
  })
  updates.onChange((update) => tell({ news: 'update', update }))
  images.onPut(() => {
    tell({ news: 'image' })
    show(window)
  })

  keepAwake(jobs)
  showOnTaskbar(window, jobs)
  tellAtEnd(window, jobs)
  askBeforeClosing(window, jobs)
  // A window that cannot show what happens to a drive must not go on writing it.
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.add('page-gone', { reason, exitCode })
    void jobs.stop().then(() => window.reload())
  })
  app.on('second-instance', (_event, words, directory) => {
    const opened = readWindowArguments(words, namedApp(), directory)
    if (opened.image !== null) images.put(opened.image)
    show(window)
  })
  app.on('window-all-closed', () => {
    unsubscribe()
    app.quit()
  })
  await hardened
  await window.loadURL(pageUrl)
}

function askBeforeClosing(window: BrowserWindow, jobs: RunningJobs): void {
  let asking = false
  window.on('close', (event) => {
    if (jobs.count === 0) return
    event.preventDefault()
    if (asking) return
    asking = true
    void ask().finally(() => (asking = false))
  })
  async function ask(): Promise<void> {
    const { message, detail, keep, stop } = words().closing
    const buttons = [keep, stop]
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message,
      detail,
      buttons,
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    })
    if (buttons[response] !== stop) return
    await jobs.stop()
    window.destroy()
  }
}

/** A machine that falls asleep in the middle of a write leaves a drive that cannot boot. */
function keepAwake(jobs: RunningJobs): void {
  let blocker: number | null = null
  jobs.onChange((count) => {
    if (count > 0) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
  })
}

/** Beside the sources, Electron is told the directory of its app. */
function namedApp(): string | null {
  return process.defaultApp ? app.getAppPath() : null
}

function show(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.focus()
}

function refuseToStart(error: unknown): void {
  dialog.showErrorBox(words().cannotStart, reasonOf(error))
  app.exit(1)
}
