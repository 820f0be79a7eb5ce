import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { nextFrame } from './next-frame.ts'
import { privateDirectories } from '../private-directories.ts'
import { closeElectron, runElectron, type ElectronOptions } from './run-electron.ts'
import { makeTemporaryDirectory } from '../temporary.ts'
import { isSoak } from '../tier.ts'

const screenshots = resolve(import.meta.dirname, '../../../test-output/screenshots')
const sizes = [
  [800, 600],
  [1440, 900],
] as const

export interface OpenWindow {
  app: ElectronApplication
  page: Page
  /** What the page complained of: a violated policy, an exception. */
  complaints: string[]
  /** @param zoom how much larger everything is */
  resize(width: number, height: number, zoom?: number): Promise<void>
  /**
   * Keeps what the window shows, light and dark, small and large, under test-output/screenshots:
   * pictures are for people, and the soak alone makes them.
   */
  picture(name: string): Promise<void>
  /** Answers the system's file dialogs with this path from now on. */
  answerDialogs(path: string): Promise<void>
  /**
   * Answers the system's questions from now on, in place of the person: a real dialog of the system
   * can be neither seen nor pressed from a test. Answers how to read the questions that were asked
   * since.
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
  /** Where the XDG directories are; one of its own unless given. */
  home?: string
}

/** Opens the real window over the real core. */
export async function openWindow({ home, env, ...options }: WindowOptions = {}): Promise<OpenWindow> {
  const directory = home === undefined ? await makeTemporaryDirectory('kindling-window-') : null
  const app = await runElectron({
    ...options,
    env: { ...privateDirectories(home ?? directory!.path), ...env },
  })
  const page = await app.firstWindow()
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
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] })
        dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen })
      }, path)
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
