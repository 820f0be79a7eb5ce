import type { BrowserWindow } from 'electron'
import { askPerson } from './ask-person.ts'
import type { RunningJobs } from './running-jobs.ts'
import { words } from './speech.ts'

/** Asks the user before the window closes while jobs run. Closing it stops the jobs. */
export function askBeforeClosing(window: BrowserWindow, jobs: RunningJobs): void {
  let asking = false
  window.on('close', (event) => {
    if (jobs.count === 0) return
    event.preventDefault()
    if (asking) return
    asking = true
    void ask().finally(() => (asking = false))
  })
  async function ask(): Promise<void> {
    const { message, detail, keep, stop } = words().closing
    if (!(await askPerson(window, { message, detail, refuse: keep, agree: stop }))) return
    await jobs.stop()
    window.destroy()
  }
}
