import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { patience } from '../run/patience.ts'
import { nextFrame } from './next-frame.ts'
import { privateDirectories } from '../programs/private-directories.ts'
import { closeElectron, runElectron, type ElectronOptions } from './run-electron.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'
import { isSoak } from '../run/tier.ts'

const screenshots = resolve(import.meta.dirname, '../../../test-output/screenshots')
const sizes = [
  [800, 600],
  [1440, 900],
] as const

export interface OpenWindow {
  app: ElectronApplication
  page: Page
  /** Errors of the page: policy violations and exceptions. */
  complaints: string[]
  /**
   * Resizes the contents of the window.
   * @param zoom – zoom factor
   */
  resize(width: number, height: number, zoom?: number): Promise<void>
  /**
   * Saves screenshots of the window, light and dark, small and large, under
   * test-output/screenshots. They are for people, so only the soak makes them.
   */
  picture(name: string): Promise<void>
  /**
   * Answers the system's file dialogs with this path from now on. Returns a function that reads the
   * paths in which they began; null where the system decides.
   */
  answerDialogs(path: string): Promise<() => Promise<(string | null)[]>>
  /**
   * Answers the system's message boxes from now on instead of the user. A test can neither see nor
   * click a real system dialog. Returns a function that reads the questions asked since then.
   */
  answerQuestions(agree: boolean): Promise<() => Promise<AskedQuestion[]>>
  close(): Promise<void>
}

export interface AskedQuestion {
  message: string
  detail: string
  /** The button that Enter and Escape press. */
  usual: string
}

export interface WindowOptions extends ElectronOptions {
  /** Folder of the XDG directories. Default: a new temporary one. */
  home?: string
}

/** Opens the real window with the real core. */
export async function openWindow({ home, env, ...options }: WindowOptions = {}): Promise<OpenWindow> {
  const directory = home === undefined ? await makeTemporaryDirectory('kindling-window-') : null
  const app = await runElectron({
    ...options,
    env: { ...privateDirectories(home ?? directory!.path), ...env },
  })
  const page = await app.firstWindow({ timeout: patience })
  page.setDefaultTimeout(patience)
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.getByRole('tab', { selected: true }).waitFor()
  return {
    app,
    page,
    complaints,
    resize: (width, height, zoom = 1) => resize(app, page, width, height, zoom),
    async picture(name) {
      if (!isSoak) return
      await mkdir(screenshots, { recursive: true })
      for (const [width, height] of sizes) {
        await resize(app, page, width, height)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          await page.screenshot({ path: `${screenshots}/${name}-${width}x${height}-${colorScheme}.png` })
        }
      }
    },
    async answerDialogs(path) {
      await app.evaluate(({ dialog }, chosen) => {
        const begun: (string | null)[] = []
        Object.assign(globalThis, { begun })
        type Options = { defaultPath?: string }
        dialog.showOpenDialog = (async (_window: unknown, { defaultPath }: Options) => {
          begun.push(defaultPath ?? null)
          return { canceled: false, filePaths: [chosen] }
        }) as typeof dialog.showOpenDialog
        dialog.showSaveDialog = (async (_window: unknown, { defaultPath }: Options) => {
          begun.push(defaultPath ?? null)
          return { canceled: false, filePath: chosen }
        }) as typeof dialog.showSaveDialog
      }, path)
      return () => app.evaluate(() => (globalThis as unknown as { begun: (string | null)[] }).begun)
    },
    async answerQuestions(agree) {
      await app.evaluate(({ dialog }, agree) => {
        const asked: object[] = []
        Object.assign(globalThis, { asked })
        dialog.showMessageBox = (async (_window: unknown, options: Electron.MessageBoxOptions) => {
          const { message, detail, buttons, defaultId, cancelId } = options
          asked.push({ message, detail, usual: defaultId === cancelId ? buttons![cancelId!] : 'none' })
          return { response: agree ? 1 : 0, checkboxChecked: false }
        }) as typeof dialog.showMessageBox
      }, agree)
      return () => app.evaluate(() => (globalThis as unknown as { asked: AskedQuestion[] }).asked)
    },
    async close() {
      await closeElectron(app)
      await directory?.dispose()
    },
  }
}

async function resize(app: ElectronApplication, page: Page, width: number, height: number, zoom = 1): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, [w, h, z]) => {
      const [window] = BrowserWindow.getAllWindows()
      window!.webContents.setZoomFactor(z)
      window!.setContentSize(w, h)
    },
    [width, height, zoom] as const,
  )
  await page.waitForFunction(([w, h]) => innerWidth === w && innerHeight === h, [width / zoom, height / zoom], {
    polling: 50,
  })
  await nextFrame(page)
}
