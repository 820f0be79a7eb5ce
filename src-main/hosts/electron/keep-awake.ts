import { powerSaveBlocker } from 'electron'
import type { RunningJobs } from './running-jobs.ts'

/** A machine that falls asleep in the middle of a write leaves a drive that cannot boot. */
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
