import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { _electron } from 'playwright-core'

// `node idle-window.mjs FOLDER CONTROL`: starts the Electron application of a folder. It waits
// until a control (a test id) can be clicked and start-up work has settled. Prints as JSON the CPU
// time of its processes in milliseconds, during ten seconds without any input.

const [folder, control] = process.argv.slice(2)
const settle = 4000
const span = 10_000
/** Milliseconds of a clock tick: sysconf(_SC_CLK_TCK) is 100 on Linux. */
const tick = 10
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * Returns the ticks of user and system time of a process and of its children that have ended
 * (proc(5): stat, fields 14 to 17).
 */
function ticksOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0)
}

const app = await _electron.launch({
  executablePath: join(process.env.ELECTRON_OVERRIDE_DIST_PATH, 'electron'),
  args: [folder],
  timeout: 60_000,
})
try {
  const page = await app.firstWindow()
  await page.getByTestId(control).click({ trial: true })
  const pids = await app.evaluate(({ app }) => app.getAppMetrics().map(({ pid, type }) => [pid, type]))
  await pause(settle)
  const before = pids.map(([pid]) => ticksOf(pid))
  await pause(span)
  const taken = pids.map(([pid, type], index) => [type, (ticksOf(pid) - before[index]) * tick])
  const byType = {}
  for (const [type, milliseconds] of taken) byType[type] = (byType[type] ?? 0) + milliseconds
  const idle = taken.reduce((sum, [, milliseconds]) => sum + milliseconds, 0)
  console.error(JSON.stringify({ span, idle, ...byType }))
  console.log(JSON.stringify({ 'processor in 10 s': idle }))
} finally {
  await app.evaluate(({ app }) => app.exit(0)).catch(() => {})
  await app.close().catch(() => {})
}
