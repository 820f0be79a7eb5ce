import { join } from 'node:path'
import { _electron } from 'playwright-core'

// `node open-window.mjs FOLDER CONTROL`: starts the Electron application of a folder, prints as JSON after how many milliseconds
// its window was there and a control of it (a test id) could be clicked, and ends it.

const [folder, control] = process.argv.slice(2)

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
  // A trial waits until the control is visible, enabled, at rest and not covered, and does not click.
  await page.getByTestId(control).click({ trial: true })
  console.log(JSON.stringify({ opened, usable: performance.now() - startedAt }))
} finally {
  await app.evaluate(({ app }) => app.exit(0)).catch(() => {})
  await app.close().catch(() => {})
}
