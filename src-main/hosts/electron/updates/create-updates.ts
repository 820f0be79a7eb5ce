import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { areOthersBusy } from '../../../jobs/busy.ts'
import type { Ports } from '../../../ports.ts'
import { releaseKeys } from '../../../updates/release-keys.ts'
import { Updates } from '../../../updates/updates.ts'
import { whyNoUpdates } from '../../../updates/why-no-updates.ts'
import type { RunningJobs } from '../running-jobs.ts'

/** New versions of this program, where its package is one that Kindling may replace. */
export function createUpdates(ports: Ports, jobs: RunningJobs, onError: (error: unknown) => void): Updates {
  // electron-builder writes the one into a package; the other is what electron-updater calls it beside sources.
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
    // Nothing of it is loaded before somebody wants to know: a window starts without it.
    open: async () => (await import('./open-updater.ts')).openUpdater(ports, feed),
    jobs,
    othersAreBusy: () => areOthersBusy(ports.paths),
    onError,
  })
}
