import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { app, BrowserWindow } from 'electron'

// `./dev icons`: renders icon.svg, and icon-small.svg where pixels are few, to the sizes that systems want, with Chromium.

const sizes = [16, 24, 32, 48, 64, 128, 256, 512]
/** Pixels from which on the fine drawing can be read. */
const fine = 32
const icons = join(import.meta.dirname, 'icons')

async function render() {
  const window = new BrowserWindow({ show: false })
  await window.loadURL('about:blank')
  await mkdir(icons, { recursive: true })
  for (const size of sizes) {
    const source = await readFile(join(import.meta.dirname, size < fine ? 'icon-small.svg' : 'icon.svg'), 'utf8')
    const png = await window.webContents.executeJavaScript(`(async () => {
      const image = new Image()
      image.src = 'data:image/svg+xml,' + encodeURIComponent(${JSON.stringify(source)})
      await image.decode()
      const canvas = new OffscreenCanvas(${size}, ${size})
      canvas.getContext('2d').drawImage(image, 0, 0, ${size}, ${size})
      const blob = await canvas.convertToBlob({ type: 'image/png' })
      return [...new Uint8Array(await blob.arrayBuffer())]
    })()`)
    await writeFile(join(icons, `${size}x${size}.png`), Uint8Array.from(png))
  }
}

app.disableHardwareAcceleration()
// Electron is not ready before this file has been read to its end: nothing here may wait for it.
app
  .whenReady()
  .then(render)
  .then(
    () => app.exit(0),
    (error) => {
      console.error(error)
      app.exit(1)
    },
  )
