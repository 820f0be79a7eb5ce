import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { makeLoop } from '../support/drives/devices.ts'
import { expectFailed } from '../support/expect/expect-events.ts'
import { lacking } from '../support/run/needs.ts'
import { windowsNodes } from '../support/run/fetch-node.mjs'
import { runWithMirror } from '../support/windows/run-with-mirror.ts'
import { lackingWindows, makeWindows, type Windows, type StartOptions } from '../support/windows/wine.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

// Files and drives that Linux protects from root, as Windows' Node finds them in wine: EPERM of
// Linux is ERROR_ACCESS_DENIED there, the error of Controlled folder access. What wine does not
// have is Windows' own protection, and its hidden refusal of a new file (ENOENT).

const imageSize = 8 * mib
const version = windowsNodes.at(-1)!
const setting = 'Controlled folder access'

/** Makes files that nobody may change, and folders whose files nobody may add or remove. */
const protect = (path: string) => execFileSync('chattr', ['+i', path])
const unprotect = (path: string) => execFileSync('chattr', ['-i', path])

/** Returns null if this file system can protect files, otherwise the reason for skipping a test. */
async function lackingProtection(): Promise<string | null> {
  const folder = await mkdtemp(`${tmpdir()}/kindling-protect-`)
  try {
    execFileSync('chattr', ['+i', folder], { stdio: 'pipe' })
    unprotect(folder)
    return null
  } catch {
    return 'needs chattr, and a file system that has its attribute i'
  } finally {
    await rm(folder, { recursive: true })
  }
}

const missing = lackingWindows() ?? (await lackingProtection())

describe(`refusals under Windows’ Node ${version}`, () => {
  let world: CliWorld
  let windows: Windows
  beforeAll(async () => {
    if (missing !== null) return
    world = await makeCliWorld({ imageSize })
    windows = await makeWindows(version)
  })
  afterAll(async () => {
    await windows?.dispose()
    await world?.dispose()
  })
  beforeEach((context) => {
    if (missing !== null) context.skip(missing)
  })

  const run = (args: string[], options?: StartOptions) => runWithMirror(world, windows, args, options)

  /** Acts while a file or folder of drive C: is protected. */
  async function whileProtected(name: string, act: () => Promise<void>): Promise<void> {
    protect(windows.file(name))
    try {
      await act()
    } finally {
      unprotect(windows.file(name))
    }
  }

  test('names the folder in which no file may be made, and the setting to change', async () => {
    await mkdir(windows.file('protected'))
    await writeFile(windows.file('stick.img'), Buffer.alloc(mib, 0x6b))
    await whileProtected('protected', async () => {
      const downloaded = expectFailed(
        await run(['download', '-C', 'C:\\protected', '--json']),
        'file-blocked-by-windows',
        1,
      )
      expect(downloaded.title).toMatch(/^Windows does not let Kindling write C:\\protected\\fedora-coreos-/)
      expect(downloaded.advice).toContain(setting)
      const save = ['save', '--drive', 'C:\\stick.img', '-o', "C:\\protected\\it's saved.img"]
      const saved = await run(save)
      expect(saved.code).toBe(1)
      expect(saved.stderr).toContain("Windows does not let Kindling write C:\\protected\\it's saved.img")
      expect(saved.stderr).toContain(setting)
    })
    expect(await readdir(windows.file('protected'))).toEqual([])
  })

  test('names the settings file that may not be replaced', async () => {
    expect((await windows.kindling(['settings', 'theme', 'dark'])).code).toBe(0)
    const user = (await readdir(windows.file('users'))).find((name) => name !== 'Public')!
    const folder = `users/${user}/AppData/Roaming/kindling/Config`
    await whileProtected(folder, async () => {
      const { code, stderr } = await windows.kindling(['settings', 'theme', 'light'])
      expect(code).toBe(1)
      expect(stderr).toContain(`Windows does not let Kindling write C:\\${folder.replaceAll('/', '\\')}\\settings.json`)
      expect(stderr).toContain(setting)
    })
    expect(await readFile(windows.file(`${folder}/settings.json`), 'utf8')).toContain('dark')
  })

  test('leaves a disk-image file as it is that may not be written', async () => {
    const before = Buffer.alloc(imageSize + 2 * mib, 0x6b)
    await writeFile(windows.file('drive.img'), before)
    await whileProtected('drive.img', async () => {
      const args = ['write', '--drive', 'C:\\drive.img', '--yes', '--json']
      const failure = expectFailed(await run(args), 'file-blocked-by-windows', 1)
      expect(failure.details['file']).toBe('C:\\drive.img')
      expect(failure.driveState).toBe('untouched')
    })
    expect((await readFile(windows.file('drive.img'))).equals(before)).toBe(true)
  })

  test('says so when a file is protected while it is written', async () => {
    await writeFile(windows.file('open.img'), Buffer.alloc(imageSize + 2 * mib, 0x6b))
    const { location } = world.find('raw.xz')
    world.mirror.fault(location, { kind: 'slow', bytesPerSecond: world.rawXz.length / 10 })
    let isWriting = () => {}
    const writing = new Promise<void>((resolve) => (isWriting = resolve))
    const written = run(['write', '--drive', 'C:\\open.img', '--yes', '--json'], {
      onStart: (_, said) =>
        void vi.waitFor(async () => expect(await said()).toContain('"phase":"write"'), 60_000).then(isWriting),
    })
    await writing
    await whileProtected('open.img', async () => {
      const failure = expectFailed(await written, 'file-blocked-by-windows', 1)
      expect(failure.advice).toContain(setting)
    })
    world.mirror.clearFaults()
  })

  describe('with a physical drive', () => {
    const lackingLoop = lacking('loop')
    beforeEach((context) => {
      if (lackingLoop !== null) context.skip(lackingLoop)
    })

    test('names the drive that may not be opened', async () => {
      const loop = await makeLoop({ size: imageSize + 2 * mib })
      try {
        await windows.plugIn(3, loop.device, imageSize + 2 * mib)
        execFileSync('blockdev', ['--setro', loop.device])
        const drive = String.raw`\\.\PhysicalDrive3`
        const failure = expectFailed(
          await run(['write', '--drive', drive, '--yes', '--json']),
          'drive-blocked-by-windows',
          1,
        )
        expect(failure.title).toBe(`Windows does not let Kindling use ${drive}`)
        expect(failure.advice).toContain(setting)
        expect(failure.driveState).toBe('untouched')
      } finally {
        await loop.dispose()
      }
    })
  })
})
