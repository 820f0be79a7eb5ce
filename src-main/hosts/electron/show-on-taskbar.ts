import type { BrowserWindow } from 'electron'
import type { RunningJobs } from './running-jobs.ts'

/** Electron's way to say that something goes on, and how long is not known. */
const indeterminate = 2
const none = -1

/** Shows in the taskbar or dock how far all jobs are. That one failed stays to be seen until somebody looks at the window. */
export function showOnTaskbar(window: BrowserWindow, jobs: RunningJobs): void {
  let shown = `${none}`
  let over = true

  function show(value: number, mode: 'normal' | 'error' | 'indeterminate' = 'normal') {
    if (`${value} ${mode}` === shown || window.isDestroyed()) return
    shown = `${value} ${mode}`
    window.setProgressBar(value, { mode })
  }

  jobs.follow((batch) => {
    over = batch.running === 0
    if (over && (!batch.failed || window.isFocused())) return show(none)
    if (batch.done === null) return show(indeterminate, 'indeterminate')
    // Whole percents: the system draws no finer, and is told five times a second otherwise.
    show(Math.floor(batch.done * 100) / 100, batch.failed ? 'error' : 'normal')
  })
  window.on('focus', () => {
    if (over) show(none)
  })
}
