import { Notification, type BrowserWindow } from 'electron'
import { describeEnd } from './describe-end.ts'
import type { RunningJobs } from './running-jobs.ts'
import { words } from './speech.ts'

/**
 * Shows one notification when the last of the concurrent jobs has ended, unless the window has the
 * focus.
 */
export function tellAtEnd(window: BrowserWindow, jobs: RunningJobs): void {
  // Kept in a variable: an unreferenced notification may be garbage-collected before it is clicked.
  let notification: Notification | null = null
  jobs.follow((batch) => {
    notification?.close()
    notification = null
    if (batch.running > 0 || window.isDestroyed() || window.isFocused() || !Notification.isSupported()) return
    const end = describeEnd(batch.endings, words().ended)
    if (end === null) return
    notification = new Notification(end)
    notification.on('click', () => {
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    })
    notification.show()
  })
}
