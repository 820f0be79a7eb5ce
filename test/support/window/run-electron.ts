import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { _electron, type ElectronApplication } from 'playwright-core'
import { buildOut } from '../build-out.ts'

const root = resolve(import.meta.dirname, '../../..')

export interface ElectronOptions {
  /** Folder of the application; this project's unless given. */
  application?: string
  /** What follows the application on its command line. */
  args?: string[]
  /** Added to this process's environment; give XDG_* folders of the test's own. */
  env?: Record<string, string>
  /** A program that is started in place of Electron, with its arguments. */
  instead?: string
}

/** The folder of the Electron that runs here. */
export const electronFolder = (): string =>
  (process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= execFileSync(
    process.execPath,
    ['test/support/window/electron-runtime.mjs'],
    { cwd: root, encoding: 'utf8' },
  ).trim())

/** Starts the built window as `electron .` does. */
export async function runElectron(options: ElectronOptions): Promise<ElectronApplication> {
  buildOut()
  electronFolder()
  return _electron.launch({
    executablePath: options.instead ?? (createRequire(import.meta.url)('electron') as unknown as string),
    // Playwright adds --no-sandbox on Linux, for root and everyone.
    args: [options.application ?? root, ...(options.args ?? [])],
    env: { ...process.env, ...options.env } as Record<string, string>,
  })
}

/** Ends the app and all of its processes. */
export async function closeElectron(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ app }) => app.exit(0)).catch(() => {})
  await app.close().catch(() => {})
}
