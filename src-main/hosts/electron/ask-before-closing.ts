import { dialog, type BrowserWindow } from 'electron'
import type { RunningJobs } from './running-jobs.ts'
import { words } from './speech.ts'

/** A window is closed while jobs run only by somebody who wants them stopped. */
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
    const buttons = [keep, stop]
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message,
      detail,
      buttons,
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    })
    if (buttons[response] !== stop) return
    await jobs.stop()
    window.destroy()
  }
}
