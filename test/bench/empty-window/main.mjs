import { join } from 'node:path'
import { app, BrowserWindow } from 'electron'

// A minimal Electron window, with one button to wait for.

// Electron becomes ready only after its main module has finished.
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1120, height: 760, show: false })
  window.once('ready-to-show', () => window.show())
  void window.loadFile(join(import.meta.dirname, 'index.html'))
})
app.on('window-all-closed', () => app.quit())
