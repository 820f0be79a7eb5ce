import { appendFile, constants, cp, mkdir, open, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildOut } from '../support/build-out.ts'
import { canUseDevices } from '../support/devices.ts'
import { canOpenWindow } from '../support/run-electron.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts'
import { makeWindowWorld, type WindowWorld } from '../support/window-world.ts'

const missing = canOpenWindow() ?? canUseDevices()
const root = resolve(import.meta.dirname, '../..')

/** This program, with a core that throws where nobody catches it, once there is a file. */
async function makeBreakable(directory: string, file: string): Promise<void> {
  buildOut()
  await mkdir(join(directory, 'out'))
  for (const each of ['package.json', 'assets', 'node_modules', 'out/renderer', 'out/preload'])
    await symlink(join(root, each), join(directory, each))
  await cp(join(root, 'out/main'), join(directory, 'out/main'), { recursive: true })
  await appendFile(
    join(directory, 'out/main/core.js'),
    `\nimport { existsSync as isThere } from 'node:fs'
    setInterval(() => { if (isThere(${JSON.stringify(file)})) throw new Error('out of order') }, 50)\n`,
  )
}

describe.skipIf(missing)(`a core that ends by an error${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let directory: TemporaryDirectory
  let world: WindowWorld
  beforeAll(async () => {
    directory = await makeTemporaryDirectory()
    await makeBreakable(directory.path, directory.file('break'))
    world = await makeWindowWorld({}, directory.path)
  })
  afterAll(async () => {
    await world?.dispose()
    await directory?.dispose()
  })

  test('fails the write, whose drive nobody knows, lets go of that, and leaves a window that can be closed', async () => {
    const { coreos, window, zram } = world
    const { mirror, find, raw4kXz } = coreos
    const { location } = find('4k.raw.xz')
    mirror.fault(location, { kind: 'stall', afterBytes: raw4kXz.length - 100_000 })
    await world.beginWriting()
    await mirror.stalled(location)
    await window.page.getByTestId('numbers').getByText('the network sets the pace').waitFor()
    const exclusively = () => open(zram.device, constants.O_RDWR | constants.O_EXCL)
    await expect(exclusively()).rejects.toThrow('EBUSY')

    await writeFile(directory.file('break'), '')
    await window.page.getByRole('heading', { name: 'State unknown' }).waitFor()
    await window.page.getByText('out of order').first().waitFor()
    await window.picture('core-ended')
    await expect.poll(async () => (await exclusively()).close(), { timeout: 10_000 }).toBeUndefined()

    const closed = window.app.waitForEvent('close')
    await window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close())
    await closed
  })
})
