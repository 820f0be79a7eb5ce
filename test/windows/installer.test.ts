import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectDone } from '../support/expect/expect-events.ts'
import { windowsNode, windowsNodes } from '../support/run/fetch-node.mjs'
import { makeRawImage } from '../support/images/coreos-image.ts'
import { lacking } from '../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { makeInstallerTools } from '../support/windows/installer-tools.ts'
import { lackingWindows, makeWindows, type Windows } from '../support/windows/wine.ts'

// The installer that electron-builder makes by its own script and the settings of
// electron-builder.yml, installed and removed in wine. Windows' Node stands in for Electron, and a
// folder for its archive.

const root = resolve(import.meta.dirname, '../..')
const missing = lackingWindows() ?? lacking('command:makensis')
const version = windowsNodes.at(-1)!

describe('the installer for Windows', () => {
  let windows: Windows
  let place: TemporaryDirectory
  let user: string
  let before: string[]
  beforeAll(async () => {
    if (missing !== null) return
    place = await makeTemporaryDirectory('kindling-installer-')
    windows = await makeWindows(version)
    user = (await readdir(windows.file('users'))).find((name) => name !== 'Public')!

    const resources = place.file('app/resources')
    const archive = join(resources, 'app.asar')
    await mkdir(resources, { recursive: true })
    await cp(windowsNode(version), place.file('app/Kindling.exe'))
    await cp(join(root, 'assets/windows/kindling.cmd'), place.file('app/kindling.cmd'))
    await cp(windows.file('kindling'), archive, { recursive: true })
    const tools = await makeInstallerTools(place.file('tools'))
    const options = ['--win', 'nsis', '--x64', '--prepackaged', place.file('app'), '--publish', 'never']
    const settings = [
      ...[`-c.directories.output=${place.file('dist')}`, `-c.win.icon=${place.file('tools/icon.ico')}`],
      // The makensis of Debian warns of a label that that of electron-builder does not see.
      '-c.nsis.warningsAsErrors=false',
    ]
    await promisify(execFile)(process.execPath, ['node_modules/electron-builder/cli.js', ...options, ...settings], {
      cwd: root,
      env: { ...windows.environment, ...tools },
    })
    before = await everything()
  })
  afterAll(async () => {
    await windows?.dispose()
    await place?.dispose()
  })
  beforeEach((context) => {
    if (missing !== null) context.skip(missing)
  })

  const local = (path: string) => `users/${user}/AppData/Local/${path}`
  const installed = (name = '') => windows.file(local(`Programs/Kindling/${name}`))
  /** Lists every file and folder of drive C: except temporary ones. */
  async function everything() {
    // With their types, because links in the user's folder lead out of wine.
    const entries = await readdir(windows.file(''), { recursive: true, withFileTypes: true })
    return entries
      .map(({ parentPath, name }) => relative(windows.file(''), join(parentPath, name)))
      .filter((name) => !/\/Temp(\/|$)|^kindling(\/|$)/.test(name))
      .toSorted()
  }
  const registry = async (key: string) => (await windows.run('reg', ['query', key, '/s'])).stdout
  const installer = async () => {
    const name = (await readdir(place.file('dist'))).find((each) => each.endsWith('.exe'))!
    return windows.name(place.file(`dist/${name}`))
  }

  test('installs the program for the user, with an entry to remove it and one in the start menu', async () => {
    const { code } = await windows.run(await installer(), ['/S', '/currentuser'])
    expect(code).toBe(0)
    const names = await readdir(installed())
    expect(names).toEqual(expect.arrayContaining(['Kindling.exe', 'Uninstall Kindling.exe', 'kindling.cmd']))
    const entry = await registry(String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall`)
    expect(entry).toContain('Kindling 0.1.0')
    expect(entry).toMatch(/QuietUninstallString.*\/currentuser \/S/)
    const added = (await everything()).filter((name) => !before.includes(name) && !name.includes('Programs/Kindling/'))
    expect(added.filter((name) => name.includes('.'))).toEqual([expect.stringMatching(/Start Menu.*\/Kindling\.lnk$/)])
  })

  test('is offered for images, and is the usual program for none', async () => {
    const classes = await registry(String.raw`HKCU\Software\Classes`)
    for (const extension of ['iso', 'raw', 'img', 'xz', 'zst']) {
      expect(classes).toMatch(new RegExp(`^ +\\.${extension} +REG_SZ`, 'm'))
      expect(classes).not.toContain(`Classes\\.${extension}`)
    }
    expect(classes).toContain(String.raw`Applications\Kindling.exe\SupportedTypes`)
    expect(classes).toMatch(/"C:\\.*\\Kindling\.exe" "%1"/)
  })

  test('starts the command line, which writes and proves a disk-image file', async () => {
    const image = makeRawImage({ size: 4 * 1024 * 1024 })
    await writeFile(windows.file('local.raw'), image)
    await writeFile(windows.file('drive.img'), Buffer.alloc(image.length + 4096))
    const sha256 = createHash('sha256').update(image).digest('hex')
    const kindling = `C:\\${local('Programs/Kindling/kindling.cmd').replaceAll('/', '\\')}`
    const source = ['--image-file', 'C:\\local.raw', '--sha256', sha256]
    const args = ['write', '--drive', 'C:\\drive.img', ...source, '--yes', '--json']
    expectDone(await windows.run('cmd', ['/c', kindling, ...args]))
    expect((await readFile(windows.file('drive.img'))).subarray(0, image.length).equals(image)).toBe(true)
    expect((await windows.run('cmd', ['/c', kindling, 'settings', 'theme', 'dark'])).code).toBe(0)
  })

  test('uninstalls to the last file and key, and keeps settings and receipts', async () => {
    // A downloaded update, as electron-updater keeps it.
    await mkdir(windows.file(local('kindling-updater/pending')), { recursive: true })
    await writeFile(windows.file(local('kindling-updater/pending/kindling.exe')), 'update')
    const uninstaller = `C:\\${local('Programs/Kindling/Uninstall Kindling.exe').replaceAll('/', '\\')}`
    expect((await windows.run(uninstaller, ['/S', '/currentuser'])).code).toBe(0)
    // It copies itself to a temporary folder, and goes on from there.
    await expect.poll(() => existsSync(installed())).toBe(false)
    await expect
      .poll(() => registry(String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall`))
      .not.toContain('Kindling')
    const left = (await everything()).filter(
      (name) => !before.includes(name) && !/^(drive\.img|local\.raw)$/.test(name),
    )
    // Windows has the folder of all programs of a user from the start.
    const kept = /AppData\/((Local|Roaming)\/kindling(\/|$)|Local\/Programs$)/
    expect(left.filter((name) => !kept.test(name))).toEqual([])
    expect(left.some((name) => name.endsWith('/Config/settings.json'))).toBe(true)
    expect(left.some((name) => name.includes('/receipts/'))).toBe(true)
    expect(await registry(String.raw`HKCU\Software\Classes`)).not.toContain('Kindling')
  })
})
