import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { areOthersBusy } from '../../../jobs/busy.ts'
import type { Ports } from '../../../ports.ts'
import { releaseKeys } from '../../../updates/release-keys.ts'
import { Updates } from '../../../updates/updates.ts'
import { whyNoUpdates } from '../../../updates/why-no-updates.ts'
import type { RunningJobs } from '../running-jobs.ts'

/**
 * Creates the update service of this program. It offers updates only if Kindling may replace its
 * package.
 */
export function createUpdates(ports: Ports, jobs: RunningJobs, onError: (error: unknown) => void): Updates {
  // electron-builder writes app-update.yml into packages. dev-app-update.yml is electron-updater's
  // name for it next to the sources.
  const feed = app.isPackaged
    ? join(process.resourcesPath, 'app-update.yml')
    : join(app.getAppPath(), 'dev-app-update.yml')
  const keys = releaseKeys()
  return new Updates(ports, {
    why: whyNoUpdates({
      packaged: app.isPackaged,
      platform: process.platform,
      environment: process.env,
      program: process.execPath,
      hasFeed: existsSync(feed),
      hasKey: keys.pinned.length > 0,
    }),
    keys,
    // Loaded only when needed, to keep it out of the window's start.
    open: async () => (await import('./open-updater.ts')).openUpdater(ports, feed),
    jobs,
    othersAreBusy: () => areOthersBusy(ports.paths),
    onError,
  })
}
