import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { _electron, type ElectronApplication } from 'playwright-core'
import { buildOut } from '../run/build-out.ts'
import { patience } from '../run/patience.ts'

const root = resolve(import.meta.dirname, '../../..')

export interface ElectronOptions {
  /** Folder of the application. Default: this project. */
  application?: string
  /** Arguments after the application. */
  args?: string[]
  /** Variables added to this process's environment. Set XDG_* to folders of the test. */
  env?: Record<string, string>
  /** A program to start instead of Electron, with the same arguments. */
  instead?: string
}

/** Returns the folder of the Electron that runs here. */
export const electronFolder = (): string =>
  (process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= execFileSync(
    process.execPath,
    ['test/support/window/electron-runtime.mjs'],
    { cwd: root, encoding: 'utf8' },
  ).trim())

/**
 * The inspector holds the promise of a result only weakly, so a busy main process may collect it
 * (microsoft/playwright#33737). The function ran all the same, and runs again to get its result.
 */
const collected = 'promise was garbage collected'

/** Starts the built window like `electron .`. */
export async function runElectron(options: ElectronOptions): Promise<ElectronApplication> {
  buildOut()
  electronFolder()
  const app = await _electron.launch({
    executablePath: options.instead ?? (createRequire(import.meta.url)('electron') as unknown as string),
    // On Linux, Playwright always adds --no-sandbox, not only for root.
    args: [options.application ?? root, ...(options.args ?? [])],
    env: { ...process.env, ...options.env } as Record<string, string>,
    timeout: patience,
  })
  const evaluate = app.evaluate.bind(app)
  app.evaluate = (async (...given: Parameters<typeof evaluate>) => {
    for (let left = 5; ; left--)
      try {
        return await evaluate(...given)
      } catch (error) {
        if (left === 0 || !String(error).includes(collected)) throw error
      }
  }) as typeof evaluate
  return app
}

/** Ends the app and all of its processes. */
export async function closeElectron(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ app }) => app.exit(0)).catch(() => {})
  await app.close().catch(() => {})
}
