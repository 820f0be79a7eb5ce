import type { BrowserWindow } from 'electron'

/** Brings a window before the person, wherever it is. */
export function showAgain(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.focus()
}
