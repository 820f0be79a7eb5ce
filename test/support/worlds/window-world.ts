import { startCoreosMirror, type CoreosMirror } from '../mirror/coreos-mirror.ts'
import { makeZram, type Device } from '../drives/devices.ts'
import { openWindow, type OpenWindow } from '../window/open-window.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'
import { mib } from '../files/mib.ts'

/** A mirror with a signed stream, a drive with 4096-byte sectors, and windows that use them. */
export interface WindowWorld {
  coreos: CoreosMirror
  zram: Device
  /** Parent folder of the windows' directories. */
  home: string
  /** The window that was opened last. */
  window: OpenWindow
  /** Closes the window and opens another with the same cache. */
  reopen(env?: Record<string, string>): Promise<void>
  /** Selects the drive, which selects the 4K image, leaves it as published, and confirms. */
  beginWriting(): Promise<void>
  dispose(): Promise<void>
}

/**
 * Makes a window world.
 * @param env – added to the environment of every window
 * @param driveSize – in bytes; a drive takes memory only for what is written to it
 */
export async function makeWindowWorld(env: Record<string, string> = {}, driveSize = 128 * mib): Promise<WindowWorld> {
  const [coreos, zram, home] = await Promise.all([
    startCoreosMirror({ imageSize: 32 * mib }),
    makeZram(driveSize),
    makeTemporaryDirectory('kindling-window-'),
  ])
  const environment = { KINDLING_STREAM_BASE_URL: coreos.baseUrl, KINDLING_KEYRING: coreos.keyringFile, ...env }
  const open = (more: Record<string, string> = {}) => openWindow({ home: home.path, env: { ...environment, ...more } })
  const world: WindowWorld = {
    coreos,
    zram,
    home: home.path,
    window: await open(),
    async reopen(env) {
      await world.window.close()
      world.window = await open(env)
    },
    async beginWriting() {
      const { page } = world.window
      await page.getByTestId(`drive-${zram.device}`).click()
      await page.getByTestId('first-boot-published').click()
      await page.getByTestId('start').click()
      await page.getByTestId('confirm').click()
    },
    async dispose() {
      await world.window.close()
      await zram.dispose()
      await coreos.dispose()
      await home.dispose()
    },
  }
  return world
}
