import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'rolldown'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { makeLoop, type Device } from '../support/drives/devices.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { expectDone, expectFailed, warningsOf } from '../support/expect/expect-events.ts'
import { lacking } from '../support/run/needs.ts'
import { windowsNodes } from '../support/run/fetch-node.mjs'
import { runWithMirror } from '../support/windows/run-with-mirror.ts'
import { lackingWindows, makeWindows, type Windows, type StartOptions } from '../support/windows/wine.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

// The built command line under Windows' own Node in wine. It is no Windows: docs/not-run.md lists
// its gaps. drivelist is a stand-in, and so is the socket option that wine lacks.

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const missing = lackingWindows()
const imageSize = 8 * mib
const data = 'users/root/AppData'

let world: CliWorld
beforeAll(async () => {
  if (missing === null) world = await makeCliWorld({ imageSize })
})
afterAll(() => world?.dispose())

describe.each(windowsNodes)('the command line under Windows’ Node %s', (version) => {
  let windows: Windows
  let user: string
  beforeAll(async () => {
    if (missing !== null) return
    windows = await makeWindows(version)
    user = (await readdir(windows.file('users'))).find((name) => name !== 'Public')!
  })
  afterAll(() => windows?.dispose())
  beforeEach((context) => {
    if (missing !== null) context.skip(missing)
  })

  const run = (args: string[], options?: StartOptions) => runWithMirror(world, windows, args, options)
  const inData = (path: string) => windows.file(`${data.replace('root', user)}/${path}`)
  let images = 0
  /** Makes a disk-image file on drive C:, and returns its name. */
  async function makeImage(size = imageSize + 2 * mib): Promise<string> {
    const name = `drive-${++images}.img`
    await writeFile(windows.file(name), Buffer.alloc(size, 0x6b))
    return name
  }
  const startsWith = async (name: string) =>
    (await readFile(windows.file(name))).subarray(0, world.raw.length).equals(world.raw)

  test('keeps settings in AppData, and reads them with CRLF', async () => {
    expect((await windows.kindling(['settings', 'cache-limit', '3G'])).code).toBe(0)
    const file = inData('Roaming/kindling/Config/settings.json')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replaceAll('\n', '\r\n'))
    const { stdout, stderr } = await windows.kindling(['settings'])
    expect(stdout).toMatch(/^cache-limit +3 GB +settings$/m)
    expect(stderr).toContain(`C:\\users\\${user}\\AppData\\Roaming\\kindling\\Config\\settings.json`)
    expect((await windows.kindling(['settings', 'cache-limit', '--reset'])).code).toBe(0)
  })

  test('changes settings in several processes at once, and loses none', async () => {
    const changes = [
      ['theme', 'dark'],
      ['language', 'ru'],
      ['when-done', 'eject'],
      ['verify', 'off'],
    ]
    const runs = await Promise.all(changes.map((change) => windows.kindling(['settings', ...change])))
    expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(changes.map(() => ({ code: 0, stderr: '' })))
    const saved = JSON.parse(await readFile(inData('Roaming/kindling/Config/settings.json'), 'utf8')) as object
    expect(Object.keys(saved)).toHaveLength(changes.length)
    for (const [name] of changes) expect((await windows.kindling(['settings', name!, '--reset'])).code).toBe(0)
  })

  test('replaces a file that another program has open, once it is closed', async () => {
    await windows.kindling(['settings', 'theme', 'dark'])
    const folder = `C:/users/${user}/AppData/Roaming/kindling/Config`
    let isOpen = () => {}
    const opened = new Promise<void>((resolve) => (isOpen = resolve))
    const reader = windows.script(
      `const fs = require('fs')
       const file = fs.openSync('${folder}/settings.json', 'r')
       console.log('open')
       const timer = setInterval(() => {
         if (!fs.readdirSync('${folder}').some((name) => name.endsWith('.tmp'))) return
         clearInterval(timer)
         setTimeout(() => fs.closeSync(file), 100)
       }, 5)`,
      [],
      {
        onStart: (_, said) =>
          void vi.waitFor(async () => expect(await said()).toBe('open\n'), 60_000).then(() => isOpen()),
      },
    )
    await opened
    const { code, stderr } = await windows.kindling(['settings', 'theme', 'light'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect((await reader).code).toBe(0)
    expect(await readFile(inData('Roaming/kindling/Config/settings.json'), 'utf8')).toContain('light')
    expect((await readdir(inData('Roaming/kindling/Config'))).filter((name) => /\.(tmp|lock)$/.test(name))).toEqual([])
    await windows.kindling(['settings', 'theme', '--reset'])
  })

  test('lists a stream, and exits as docs/reference.md says', async () => {
    const { stdout, code } = await run(['list'])
    expect(code).toBe(0)
    expect(stdout).toContain('metal raw.xz')
    expect((await run(['write', '--nonsense'])).code).toBe(2)
    expect((await run(['write', '--drive', `C:\\${await makeImage()}`])).code).toBe(2)
    expect((await run(['list', '--stream', 'none'])).code).not.toBe(0)
  })

  test('downloads to a folder whose path is longer than 260 characters', async () => {
    const folder = `C:\\${Array.from({ length: 5 }, () => 'long'.repeat(15)).join('\\')}`
    await mkdir(windows.file(folder.slice(3).replaceAll('\\', '/')), { recursive: true })
    const receipt = expectDone(await run(['download', '-C', folder, '--json']))
    const [file] = receipt.files
    expect(file!.path.startsWith(`${folder}\\fedora-coreos-`)).toBe(true)
    expect((await readFile(windows.file(file!.path.slice(3).replaceAll('\\', '/')))).equals(world.rawXz)).toBe(true)
  })

  test('continues a download that was stopped with Ctrl+C', async () => {
    const { location } = world.find('raw.xz')
    const half = Math.floor(world.rawXz.length / 2)
    world.mirror.fault(location, { kind: 'stall', afterBytes: half })
    const stopped = await run(['download', '-C', 'C:\\resumed', '--json'], {
      async onStart(child, said) {
        await world.mirror.stalled(location)
        // The bytes are sent then, but the program may not have received any of them.
        await expect.poll(said).toMatch(/"phase":"download","bytes":[1-9]/)
        child.kill('SIGINT')
      },
    })
    expectFailed(stopped, 'interrupted', 130)
    world.mirror.clearFaults()
    world.mirror.requests.length = 0
    expectDone(await run(['download', '-C', 'C:\\resumed', '--json']))
    const sent = world.mirror.requestsFor(location).reduce((sum, { bytesSent }) => sum + bytesSent, 0)
    expect(sent).toBeLessThan(world.rawXz.length)
    const names = await readdir(windows.file('resumed'))
    expect(names.filter((name) => !/^fedora-coreos-.*\.raw\.xz(\.sig)?$/.test(name))).toEqual([])
  })

  test('writes disk-image files from the network and the cache in two processes at once', async () => {
    const names = [await makeImage(), await makeImage()]
    const receipts = await Promise.all(
      names.map(async (name) => expectDone(await run(['write', '--drive', `C:\\${name}`, '--yes', '--json']))),
    )
    for (const { drive } of receipts) expect(drive).toMatchObject({ state: 'proved', pastCache: false })
    for (const name of names) expect(await startsWith(name)).toBe(true)
    const stored = await readdir(inData('Local/kindling/Cache/images'))
    expect(stored.some((name) => name.length >= 64)).toBe(true)
    expectDone(await run(['verify', '--drive', `C:\\${names[0]}`, '--json']))
    const file = await readFile(windows.file(names[1]!))
    file[5 * mib]! ^= 1
    await writeFile(windows.file(names[1]!), file)
    expectFailed(await run(['verify', '--drive', `C:\\${names[1]}`, '--json']), 'verify-mismatch', 4)
  })

  test('keeps receipts under a name that Windows allows', async () => {
    const names = await readdir(inData('Local/kindling/Data/receipts')).catch(() =>
      readdir(inData('Local/kindling/Log/receipts')),
    )
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) expect(name).not.toMatch(/[<>:"|?*]/)
  })

  test('takes every spelling of a path for drive and source', async () => {
    const name = await makeImage()
    await writeFile(windows.file('local.raw.xz'), world.rawXz)
    const sha256 = sha256Of(world.rawXz)
    for (const [drive, source] of [
      [`C:\\${name}`, 'C:\\local.raw.xz'],
      [`c:/${name}`, 'c:/local.raw.xz'],
      [name, 'local.raw.xz'],
      [`\\\\?\\C:\\${name}`, '\\\\?\\C:\\local.raw.xz'],
    ]) {
      const args = ['write', '--drive', drive!, '--image-file', source!, '--sha256', sha256, '--yes', '--json']
      const receipt = expectDone(await run(args, { cwd: windows.file('') }))
      expect(receipt.drive!.identity.device.toLowerCase()).toBe(`c:\\${name}`)
    }
    expect(await startsWith(name)).toBe(true)
  })

  // wine keeps the servers that it finds below dosdevices/unc. No network is in it.
  test('reads an image from a share of a server, and saves a drive there', async () => {
    const name = await makeImage()
    const share = join(windows.environment['WINEPREFIX']!, 'dosdevices/unc/server/images')
    await mkdir(share, { recursive: true })
    await writeFile(join(share, 'local.raw.xz'), world.rawXz)
    const sha256 = sha256Of(world.rawXz)
    for (const source of [String.raw`\\server\images\local.raw.xz`, '//server/images/local.raw.xz']) {
      const args = ['--image-file', source, '--sha256', sha256, '--json']
      expectDone(await run(['write', '--drive', `C:\\${name}`, '--yes', ...args]))
      expectDone(await run(['verify', '--drive', `C:\\${name}`, ...args]))
    }
    expect(await startsWith(name)).toBe(true)
    const saved = String.raw`\\server\images\saved.raw`
    const receipt = expectDone(await run(['save', '--drive', `C:\\${name}`, '-o', saved, '--json']))
    expect(receipt.files.map(({ path }) => path)).toContain(saved)
    expect((await readFile(join(share, 'saved.raw'))).equals(await readFile(windows.file(name)))).toBe(true)
  })

  test('refuses folders, drive letters and what is not there, with the path unchanged', async () => {
    const name = await makeImage()
    for (const [drive, code, exit] of [
      ['C:\\', 'drive-unusable', 3],
      ['C:', 'drive-unusable', 3],
      ['\\\\host\\share\\drive.img', 'drive-missing', 3],
      ['\\\\.\\PhysicalDrive9', 'drive-missing', 3],
      ['CON', 'drive-missing', 3],
      [`C:\\${'x'.repeat(300)}`, 'drive-missing', 3],
    ] as const)
      expectFailed(await run(['write', '--drive', drive, '--yes', '--json']), code, exit)
    for (const source of ['\\\\host\\share\\a"b.raw', 'C:\\it\'s "quoted".raw']) {
      const args = [
        'write',
        '--drive',
        `C:\\${name}`,
        '--image-file',
        source,
        '--sha256',
        'a'.repeat(64),
        '--yes',
        '--json',
      ]
      const failure = expectFailed(await run(args), 'source-unreadable', 1)
      expect(failure.details['source']).toBe(source)
      expect(failure.driveState).toBe('untouched')
    }
  })

  test('reads a list of sums and a Butane config with CRLF', async () => {
    const name = await makeImage()
    await writeFile(windows.file('local.raw.xz'), world.rawXz)
    await writeFile(windows.file('sums.txt'), `${sha256Of(world.rawXz)}  local.raw.xz\r\n`)
    const args = ['--image-file', 'C:\\local.raw.xz', '--checksum-file', 'C:\\sums.txt', '--yes', '--json']
    expectDone(await run(['write', '--drive', `C:\\${name}`, ...args]))
    await writeFile(
      windows.file('config.bu'),
      'variant: fcos\r\nversion: 1.5.0\r\npasswd:\r\n  users:\r\n    - name: core\r\n',
    )
    const { code, stdout } = await run(['ignition', 'translate', 'C:\\config.bu'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ passwd: { users: [{ name: 'core' }] } })
  })

  describe('with a physical drive', () => {
    const lackingLoop = lacking('loop')
    let loop: Device
    beforeAll(async () => {
      if (missing !== null || lackingLoop !== null) return
      loop = await makeLoop({ size: imageSize + 2 * mib })
      await windows.plugIn(3, loop.device, imageSize + 2 * mib)
    })
    afterAll(() => loop?.dispose())
    beforeEach((context) => {
      if (lackingLoop !== null) context.skip(lackingLoop)
    })
    const drive = String.raw`\\.\PhysicalDrive3`

    test('lists it, writes it and proves it', async () => {
      expect((await run(['drives'])).stdout).toContain(drive)
      const written = await run(['write', '--drive', drive, '--yes', '--json'])
      expect(expectDone(written).drive).toMatchObject({ state: 'proved' })
      expect(warningsOf(written)).toContain('read-back-cached')
      expect((await readDevice(loop.device, world.raw.length)).equals(world.raw)).toBe(true)
      expectDone(await run(['verify', '--drive', drive, '--json']))
    })

    test('is written by the helper over a named pipe', async () => {
      const bundle = windows.file('kindling/ask-helper.mjs')
      await build({
        input: 'test/support/windows/ask-helper.ts',
        platform: 'node',
        external: ['drivelist'],
        output: { file: bundle, format: 'esm' },
        logLevel: 'silent',
      })
      const entry = 'C:/kindling/out/main/privileged.js'
      const { stdout, stderr } = await windows.script('import("C:/kindling/ask-helper.mjs".replace(/^/, "file:///"))', [
        drive,
        entry,
        version,
      ])
      expect({ stdout, stderr }).toEqual({ stdout: 'the same\n', stderr: '' })
      const written = (await readDevice(loop.device, mib + 4096)).subarray(4096)
      expect(written.equals(Buffer.alloc(mib, version))).toBe(true)
      expect((await readdir(windows.file('users/root/Temp'))).filter((name) => name.startsWith('kindling-'))).toEqual(
        [],
      )
    })
  })
})
