import { join } from 'node:path'
import { _electron } from 'playwright-core'

// `node open-window.mjs FOLDER CONTROL [LATER]`: starts the Electron application of a folder, prints as JSON after how many
// milliseconds its window was there, a control of it (a test id) could be clicked, and another one that comes later; and ends it.

const [folder, control, later] = process.argv.slice(2)

const startedAt = performance.now()
const app = await _electron.launch({
  executablePath: join(process.env.ELECTRON_OVERRIDE_DIST_PATH, 'electron'),
  // Playwright adds --no-sandbox on Linux, for root and everyone.
  args: [folder],
  timeout: 60_000,
})
try {
  const page = await app.firstWindow()
  const opened = performance.now() - startedAt
  // The page looks itself, at each frame: Playwright asks again at intervals that grow, up to half a second.
  await page.evaluate(waitUntilAtRest, control)
  await app.evaluate(waitUntilShown)
  const usable = performance.now() - startedAt
  if (later !== undefined) await page.evaluate(waitUntilAtRest, later)
  const offered = later === undefined ? {} : { 'stream offered': performance.now() - startedAt }
  console.log(JSON.stringify({ opened, usable, ...offered }))
} finally {
  await app.evaluate(({ app }) => app.exit(0)).catch(() => {})
  await app.close().catch(() => {})
}

/** Until a control is there, enabled, on top, and where it was a frame ago. */
function waitUntilAtRest(control) {
  return new Promise((resolve) => {
    let before = ''
    const look = () => {
      const found = document.querySelector(`[data-testid="${control}"]`)
      const { x, y, width, height } = found?.getBoundingClientRect() ?? {}
      const place = `${x} ${y} ${width} ${height}`
      const onTop = found !== null && document.elementFromPoint(x + width / 2, y + height / 2)
      if (onTop && (found === onTop || found.contains(onTop)) && !found.disabled && place === before) resolve()
      else requestAnimationFrame(look)
      before = place
    }
    look()
  })
}

/** Asked again and again: a promise of `once` has been collected before it was kept. */
function waitUntilShown({ BrowserWindow }) {
  const [window] = BrowserWindow.getAllWindows()
  return new Promise((resolve) => {
    const look = () => (window.isVisible() ? resolve(true) : setTimeout(look, 1))
    look()
  })
}
