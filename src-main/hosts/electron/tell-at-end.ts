import { Notification, type BrowserWindow } from 'electron'
import { describeEnd } from './describe-end.ts'
import type { RunningJobs } from './running-jobs.ts'
import { words } from './speech.ts'

/** Tells somebody who does not look at the window when the last of the jobs that go on together has ended: once for all. */
export function tellAtEnd(window: BrowserWindow, jobs: RunningJobs): void {
  // Kept: one that nobody holds may be collected before it is clicked.
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
