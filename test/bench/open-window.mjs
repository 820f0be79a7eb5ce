import { join } from 'node:path'
import { _electron } from 'playwright-core'

// `node open-window.mjs FOLDER CONTROL [LATER]`: starts the Electron application of a folder, and
// ends it after the measurement. Prints as JSON, in milliseconds, when its window was shown and
// when a control (a test id) could be clicked. With LATER it also prints when that other control
// could be clicked.

const [folder, control, later] = process.argv.slice(2)

const startedAt = performance.now()
const app = await _electron.launch({
  executablePath: join(process.env.ELECTRON_OVERRIDE_DIST_PATH, 'electron'),
  // On Linux, Playwright always adds --no-sandbox, not only for root.
  args: [folder],
  timeout: 60_000,
})
try {
  const page = await app.firstWindow()
  const opened = performance.now() - startedAt
  // The page itself checks at each frame, because Playwright's polling intervals grow up to half a
  // second.
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

/**
 * Resolves once a control exists, is enabled and on top, and has not moved since the last frame.
 */
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

/** Polls, because a promise of `once` was garbage-collected before it resolved. */
function waitUntilShown({ BrowserWindow }) {
  const [window] = BrowserWindow.getAllWindows()
  return new Promise((resolve) => {
    const look = () => (window.isVisible() ? resolve(true) : setTimeout(look, 1))
    look()
  })
}
