import { powerSaveBlocker } from 'electron'
import type { RunningJobs } from './running-jobs.ts'

/**
 * Keeps the machine awake while jobs run: a drive whose write was cut short by sleep cannot boot.
 */
export function keepAwake(jobs: RunningJobs): void {
  let blocker: number | null = null
  jobs.onChange((count) => {
    if (count > 0) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
  })
}
