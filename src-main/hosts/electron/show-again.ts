import type { BrowserWindow } from 'electron'

/** Brings a window to the front, restoring it if it is minimized. */
export function showAgain(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.focus()
}
