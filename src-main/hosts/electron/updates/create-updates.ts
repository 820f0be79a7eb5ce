import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { areOthersBusy } from '../../../jobs/busy.ts'
import { createPorts } from '../../../create-ports.ts'
import { describeError } from '../../../log/describe-error.ts'
import { thisElevation } from '../../../privileged/elevation.ts'
import { releaseKeys } from '../../../updates/release-keys.ts'
import { Updates } from '../../../updates/updates.ts'
import { whyNoUpdates } from '../../../updates/why-no-updates.ts'
import type { CoreThread } from '../core-thread.ts'
import type { RunningJobs } from '../running-jobs.ts'

/** New versions of this program, where its package is one that Kindling may replace. @param built the folder of the built program */
export function createUpdates(core: Pick<CoreThread, 'log'>, jobs: RunningJobs, built: string): Updates {
  const ports = createPorts(thisElevation('window', built))
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
    onError: (error) => core.log('error', { chain: describeError(error) }),
  })
}
