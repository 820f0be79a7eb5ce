import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { patience } from '../run/patience.ts'

const screenshots = resolve(import.meta.dirname, '../../../test-output/screenshots')

export interface PackagedWindow {
  page: Page
  /** Process id of `program`. The processes of the window are its descendants. */
  pid: number
  /** Saves a screenshot of the window under test-output/screenshots. */
  picture(name: string): Promise<void>
  /** Closes the window. Resolves with the program's stderr once it has ended. */
  close(): Promise<string>
}

/**
 * Opens a packaged window. Its fuses disable Node's inspector, which Playwright's `_electron`
 * needs. Chromium's own debugging port reaches only the page.
 * @param program – the window's program and its arguments
 */
export async function openPackagedWindow(
  program: string[],
  env: Record<string, string | undefined>,
): Promise<PackagedWindow> {
  const [file, ...args] = program
  const child = spawn(file!, [...args, '--remote-debugging-port=0'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  const ended = new Promise<void>((settle) => child.once('close', settle))
  const address = await new Promise<string>((found, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const address = /^DevTools listening on (ws:\S+)/m.exec(said)?.[1]
      if (address !== undefined) found(address)
    })
    void ended.then(() => reject(new Error(`The window ended: ${said}`)))
  })
  const browser = await chromium.connectOverCDP(address, { timeout: patience })
  const context = browser.contexts()[0]!
  context.setDefaultTimeout(patience)
  const page = context.pages()[0] ?? (await context.waitForEvent('page'))
  await page.getByRole('tab', { name: 'Write' }).waitFor()
  return {
    page,
    pid: child.pid!,
    async picture(name) {
      await mkdir(screenshots, { recursive: true })
      await page.screenshot({ path: `${screenshots}/${name}.png` })
    },
    async close() {
      await page.close()
      await ended
      await browser.close()
      return said
    },
  }
}
