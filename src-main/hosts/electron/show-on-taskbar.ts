import type { BrowserWindow } from 'electron'
import type { RunningJobs } from './running-jobs.ts'

/** Value with which Electron shows progress of unknown length. */
const indeterminate = 2
const none = -1

/**
 * Shows the progress of all jobs in the taskbar or dock. A failure stays visible until the window
 * gets the focus.
 */
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
    // Whole percents: the system draws no finer, and would otherwise be updated five times a
    // second.
    show(Math.floor(batch.done * 100) / 100, batch.failed ? 'error' : 'normal')
  })
  window.on('focus', () => {
    if (over) show(none)
  })
}
