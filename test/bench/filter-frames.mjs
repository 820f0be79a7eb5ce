import { join } from 'node:path'
import { _electron } from 'playwright-core'

// `node filter-frames.mjs FOLDER artifacts|drives [DISK-IMAGE…]`: opens Kindling's window and types
// into the filter of its long list. Then it deletes the text letter by letter. Prints as JSON, in
// milliseconds: the longest frame, the total of all dropped frames, and the longest time from a key
// to the display.

const [folder, list, ...drives] = process.argv.slice(2)
const lists = {
  artifacts: { keys: ['Control+4'], words: 'qcow2 azure', first: 'artifact-', count: 200 },
  drives: { keys: [], words: 'disk 37', first: 'drive-', count: 50 },
}
const { keys, words, first, count } = lists[list]
/** Milliseconds between two keys: a fast typist. */
const delay = 80
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * Runs in the page. Records every frame until `unwatch`. A dropped frame makes the frame before it
 * longer.
 */
function watch() {
  const seen = { frames: [], keys: [] }
  let last = null
  let over = false
  const take = (now) => {
    if (over) return
    if (last !== null) seen.frames.push(now - last)
    last = now
    requestAnimationFrame(take)
  }
  requestAnimationFrame(take)
  const observer = new PerformanceObserver((entries) => {
    for (const { name, duration } of entries.getEntries()) if (name.startsWith('key')) seen.keys.push(duration)
  })
  observer.observe({ type: 'event', durationThreshold: 16 })
  globalThis.unwatch = () => {
    over = true
    observer.disconnect()
    return seen
  }
}

const app = await _electron.launch({
  executablePath: join(process.env.ELECTRON_OVERRIDE_DIST_PATH, 'electron'),
  args: [folder, ...drives.map((path) => `--drive-file=${path}`)],
  timeout: 60_000,
})
try {
  const page = await app.firstWindow()
  await page.getByRole('tab', { selected: true }).waitFor()
  for (const key of keys) await page.keyboard.press(key)
  const rows = page.locator(`[data-testid^="${first}"]`)
  await rows.nth(count - 1).waitFor({ state: 'attached' })
  const field = page.getByRole('searchbox')
  await field.click()
  await pause(1500)
  const frames = []
  const waits = []
  /**
   * Records frames during `press`, and checks the number of visible rows afterwards.
   * @param shown – returns whether this number of rows is correct
   */
  const measure = async (press, shown) => {
    await page.evaluate(watch)
    await press()
    await pause(300)
    const seen = await page.evaluate(() => globalThis.unwatch())
    frames.push(...seen.frames)
    waits.push(...seen.keys)
    const left = await rows.filter({ visible: true }).count()
    if (!shown(left)) throw new Error(`${left} rows are shown`)
  }
  await measure(
    () => page.keyboard.type(words, { delay }),
    (left) => left > 0 && left < count,
  )
  await measure(
    async () => {
      for (const _ of words) await page.keyboard.press('Backspace', { delay })
    },
    (left) => left >= count,
  )
  const usual = frames.toSorted((a, b) => a - b)[Math.floor(frames.length / 2)]
  const dropped = frames.reduce((sum, frame) => sum + Math.max(0, Math.round(frame / usual) - 1), 0)
  console.error(JSON.stringify({ frames: frames.length, usual, dropped, waits }))
  console.log(
    JSON.stringify({
      'longest frame': Math.max(...frames),
      'dropped frames': dropped * usual,
      'key to screen': Math.max(0, ...waits),
    }),
  )
} finally {
  await app.evaluate(({ app }) => app.exit(0)).catch(() => {})
  await app.close().catch(() => {})
}
