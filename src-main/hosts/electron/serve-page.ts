import { join } from 'node:path'
import { nativeTheme } from 'electron'
import type { Settings } from '../../../src-shared/settings.ts'
import type { WindowNews } from '../../../src-shared/window-api.ts'
import { askBeforeClosing } from './ask-before-closing.ts'
import { channels } from './channels.ts'
import type { CoreThread } from './core-thread.ts'
import { createHostCalls } from './host-calls.ts'
import type { ImageInbox } from './image-inbox.ts'
import { keepAwake } from './keep-awake.ts'
import { groundColor, type OpenedPage } from './open-page.ts'
import { RunningJobs } from './running-jobs.ts'
import { showAgain } from './show-again.ts'
import { showOnTaskbar } from './show-on-taskbar.ts'
import { tellAtEnd } from './tell-at-end.ts'
import { serveUpdates } from './updates/serve-updates.ts'

/**
 * What stands between the page and the core: what the system is told of jobs, and what only Electron can do.
 * @param built the folder of the built program
 * @param driveFiles disk-image files to offer as drives
 * @returns when the core has answered for the first time, and the window is shown. @throws what a core ended with before
 */
export async function servePage(
  { window, painted }: OpenedPage,
  core: CoreThread,
  built: string,
  driveFiles: string[],
  images: ImageInbox,
): Promise<void> {
  const tell = (news: WindowNews) => {
    if (!window.isDestroyed()) window.webContents.send(channels.news, news)
  }
  const jobs = new RunningJobs(core)
  const updates = serveUpdates(async () => {
    const { createUpdates } = await import('./updates/create-updates.ts')
    const opened = createUpdates(core, jobs, built)
    opened.onChange((update) => tell({ news: 'update', update }))
    return opened
  })
  const heed = (settings: Settings) => {
    nativeTheme.themeSource = settings.theme
    updates.heed(settings.updates)
  }

  core.serve(createHostCalls(window, driveFiles, images, updates.calls))
  core.onNews((news) => {
    if (news.news === 'settings') heed(news.reading.settings)
    tell(news)
  })
  images.onPut(() => {
    tell({ news: 'image' })
    showAgain(window)
  })
  keepAwake(jobs)
  showOnTaskbar(window, jobs)
  tellAtEnd(window, jobs)
  askBeforeClosing(window, jobs)
  process.on('uncaughtExceptionMonitor', (error) => {
    void import('../../log/describe-error.ts').then(({ describeError }) =>
      core.log('error', { chain: describeError(error) }),
    )
  })
  // A window that cannot show what happens to a drive must not go on writing it.
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    core.log('page-gone', { reason, exitCode })
    void jobs.stop().then(() => window.reload())
  })

  const settings = await core.call('settings', {})
  if (!settings.ok) throw new Error(settings.failure.title)
  heed(settings.value.settings)
  if (!window.isDestroyed()) window.setBackgroundColor(groundColor())
  await painted
  if (window.isDestroyed()) return
  window.show()
  // Elsewhere the package brings it. Not before: nobody waits for it.
  if (process.platform === 'linux') window.setIcon(join(built, '../../assets/icons/256x256.png'))
}
