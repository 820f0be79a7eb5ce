import { join } from 'node:path'
import { nativeTheme, type BrowserWindow } from 'electron'
import type { SettingsReading } from '../../../src-shared/settings.ts'
import { usualStream } from '../../../src-shared/usual-stream.ts'
import type { WindowNews } from '../../../src-shared/window-api.ts'
import { createApp } from '../../app/create-app.ts'
import { createPorts } from '../../create-ports.ts'
import { createLog } from '../../log/create-log.ts'
import { keepLog } from '../../log/keep-log.ts'
import { thisElevation } from '../../privileged/elevation.ts'
import { askBeforeClosing } from './ask-before-closing.ts'
import { askPerson } from './ask-person.ts'
import { channels } from './channels.ts'
import { createDoor, type Door } from './door.ts'
import { findLostSandbox } from './find-lost-sandbox.ts'
import type { Ask } from './ask.ts'
import { guardPage } from './guard-page.ts'
import type { ImageInbox } from './image-inbox.ts'
import { inTurn } from './in-turn.ts'
import { keepAwake } from './keep-awake.ts'
import type { PageGrants } from './page-grants.ts'
import { createProfiles } from './profiles.ts'
import { readAhead } from './read-ahead.ts'
import { RunningJobs } from './running-jobs.ts'
import { showAgain } from './show-again.ts'
import { showOnTaskbar } from './show-on-taskbar.ts'
import { describeQuestion } from './speech.ts'
import { tellAtEnd } from './tell-at-end.ts'
import { createUpdates } from './updates/create-updates.ts'
import { deleteEarlierAnswers, keepAnswers, readEarlierAnswers } from './earlier-answers.ts'
import { createWindowCalls } from './window-calls.ts'

/**
 * Connects the page with the program: starts the core, shows the progress of its jobs to the
 * system, and creates the door through which the page calls them.
 * @param built – the folder of the built program
 * @param driveFiles – disk-image files to offer as drives
 * @param grants – paths that the page may already name
 */
export function servePage(
  window: BrowserWindow,
  built: string,
  driveFiles: string[],
  images: ImageInbox,
  grants: PageGrants,
): Door {
  const ports = createPorts(thisElevation('window', built))
  const log = createLog({ directory: ports.paths.state, version: ports.version, environment: process.env })
  process.on('uncaughtExceptionMonitor', (error) => log.addError(error))
  const core = keepLog(createApp(ports, log.addError), log)
  const { api, known } = readAhead(core, usualStream)
  // A user might answer a dialog over another without reading it.
  const ask: Ask = inTurn((question, facts) => askPerson(window, describeQuestion(question, facts)))
  const guarded = guardPage(
    api,
    grants,
    ask,
    ({ sshKeys, hostname }) => void keepAnswers(ports.paths.state, { sshKeys, hostname: hostname ?? '' }),
  )
  const jobs = new RunningJobs(api)
  const updates = createUpdates(ports, jobs, log.addError)
  const applySettings = ({ settings }: SettingsReading) => {
    nativeTheme.themeSource = settings.theme
    updates.applyChannel(settings.updates)
  }

  const tell = (news: WindowNews) => {
    if (!window.isDestroyed()) window.webContents.send(channels.news, news)
  }
  let unsubscribe = () => {}
  const listen = () => {
    unsubscribe()
    unsubscribe = guarded.subscribe(tell)
  }
  api.subscribe((news) => news.news === 'settings' && applySettings(news.reading), ['settings'])
  updates.onChange((update) => tell({ news: 'update', update }))
  images.onPut(() => {
    tell({ news: 'image' })
    showAgain(window)
  })
  void api.settings({}).then((answer) => answer.ok && applySettings(answer.value))
  // On other systems the package provides the icon.
  if (process.platform === 'linux') window.setIcon(join(built, '../../assets/icons/256x256.png'))

  keepAwake(jobs)
  showOnTaskbar(window, jobs)
  tellAtEnd(window, jobs)
  askBeforeClosing(window, jobs)
  // A window that cannot show the state of a drive must not continue to write it.
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.add('page-gone', { reason, exitCode })
    void jobs.stop().then(() => window.reload())
  })
  window.on('closed', () => unsubscribe())
  const windowCalls = createWindowCalls({
    ...{ api, window, driveFiles, images, grants, log, updates, known, listen },
    ask,
    lostSandbox: findLostSandbox(),
    earlierAnswers: () => readEarlierAnswers(ports.paths.state),
    deleteEarlierAnswers: (answers) => deleteEarlierAnswers(ports.paths.state, answers),
    profiles: createProfiles(ports.paths.state),
  })
  return createDoor(guarded, windowCalls)
}
