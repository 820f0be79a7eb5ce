import { createServer, type Server } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { ElectronApplication } from 'playwright-core'

/**
 * Keeps the clipboard for one test. All windows on a display share it, and tests run side by side.
 * The lock is a socket, which the system frees if its process dies.
 */
export async function withClipboard<T>(act: () => Promise<T>): Promise<T> {
  const lock = await takeLock()
  try {
    return await act()
  } finally {
    lock.close()
  }
}

/** Returns the text that an act copies. */
export const readCopied = (app: ElectronApplication, copy: () => Promise<unknown>): Promise<string> =>
  withClipboard(async () => {
    await app.evaluate(({ clipboard }) => clipboard.clear())
    await copy()
    for (;;) {
      const text = await app.evaluate(({ clipboard }) => clipboard.readText())
      if (text !== '') return text
      await setTimeout(20)
    }
  })

async function takeLock(): Promise<Server> {
  for (;;) {
    const server = createServer()
    const taken = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(`\0kindling-test-clipboard${process.env['DISPLAY'] ?? ''}`, () => resolve(true))
    })
    if (taken) return server
    await setTimeout(20)
  }
}
