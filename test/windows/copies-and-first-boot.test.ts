import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeLoop, run as runHere } from '../support/drives/devices.ts'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { makeBootImage } from '../support/images/boot-image.ts'
import { lacking } from '../support/run/needs.ts'
import { windowsNodes } from '../support/run/fetch-node.mjs'
import { runWithMirror } from '../support/windows/run-with-mirror.ts'
import { lackingWindows, makeWindows, type Windows } from '../support/windows/wine.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

// The commands besides write, verify and download, under Windows' own Node in wine.

const version = windowsNodes.at(-1)!
const missing = lackingWindows()
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'

describe(`copies and the first boot under Windows’ Node ${version}`, () => {
  let world: CliWorld
  let windows: Windows
  beforeAll(async () => {
    if (missing !== null) return
    world = await makeCliWorld({ imageSize: 8 * mib })
    windows = await makeWindows(version)
  })
  afterAll(async () => {
    await windows?.dispose()
    await world?.dispose()
  })
  beforeEach((context) => {
    if (missing !== null) context.skip(missing)
  })

  const run = (args: string[]) => runWithMirror(world, windows, [...args, '--json'])

  test('saves a drive to a file, whose receipt proves it, and replaces no file by itself', async () => {
    const before = Buffer.alloc(4 * mib, 0x6b)
    await writeFile(windows.file('old.img'), before)
    const args = ['save', '--drive', 'C:\\old.img', '-o', 'C:\\saved.img.gz', '--verify']
    const { files } = expectDone(await run(args))
    const file = await readFile(windows.file('saved.img.gz'))
    expect(files).toEqual([{ path: 'C:\\saved.img.gz', bytes: file.length, sha256: sha256Of(file) }])
    expect(gunzipSync(file).equals(before)).toBe(true)
    expectFailed(await run(args), 'output-exists', 1)
    expectDone(await run([...args, '--replace']))
    const left = (await readdir(windows.file(''))).filter((name) => name.startsWith('saved'))
    expect(left).toEqual(['saved.img.gz'])
  })

  test('writes an SSH key and a host name for the first boot, from a file with CRLF', async (context) => {
    const lackingTools = lacking('command:mke2fs', 'command:debugfs')
    if (lackingTools !== null) context.skip(lackingTools)
    const { image, boot } = await makeBootImage()
    await writeFile(windows.file('metal.raw'), image)
    await writeFile(windows.file('metal.raw.sig'), await world.signer.sign(image))
    await writeFile(windows.file('key.pub'), `${key}\r\n`)
    await writeFile(windows.file('node.img'), Buffer.alloc(image.length + mib, 0x6b))
    const receipt = expectDone(
      await run([
        ...['write', '--image-file', 'C:\\metal.raw', '--drive', 'C:\\node.img', '--yes'],
        ...['--ssh-key', 'C:\\key.pub', '--hostname', 'node-1'],
      ]),
    )
    expect(receipt.drive).toMatchObject({ state: 'proved' })
    const file = world.path('boot.img')
    await writeFile(file, (await readFile(windows.file('node.img'))).subarray(boot.start, boot.end))
    execFileSync('e2fsck', ['-fn', file], { stdio: 'pipe' })
    const config = execFileSync('debugfs', ['-R', 'cat /ignition/config.ign', file], { stdio: 'pipe' }).toString()
    expect(JSON.parse(config)).toMatchObject({ passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] } })
    expect(config).toContain('node-1')
    expectDone(await run(['verify', '--image-file', 'C:\\metal.raw', '--drive', 'C:\\node.img']))
  })

  test('restores a physical drive', async (context) => {
    const lackingTools = lacking('loop', 'command:fsck.vfat')
    if (lackingTools !== null) context.skip(lackingTools)
    const size = 128 * mib
    const loop = await makeLoop({ size })
    try {
      await windows.plugIn(3, loop.device, size)
      const drive = String.raw`\\.\PhysicalDrive3`
      const restored = await run(['restore', '--drive', drive, '--label', 'STICK', '--yes'])
      expect(restored.code, restored.stdout).toBe(0)
      const partition = await runHere('losetup', '-f', '--show', '-o', String(mib), loop.device)
      try {
        await runHere('fsck.vfat', '-n', partition)
        expect(await runHere('blkid', '-p', '-o', 'value', '-s', 'LABEL', partition)).toBe('STICK')
      } finally {
        await runHere('losetup', '-d', partition)
      }
    } finally {
      await loop.dispose()
    }
  })

  test('gives a downloaded file no name of a device, and none that ends with a dot', async () => {
    for (const [name, safe] of [
      ['con.raw.xz', '_con.raw.xz'],
      ['nul', '_nul'],
      ['image.', 'image_'],
    ] as const) {
      const url = await world.serve(name, world.rawXz)
      const { files } = expectDone(await run(['download', '-u', url, '-C', 'C:\\']))
      expect(files[0]!.path).toBe(`C:\\${safe}`)
      expect((await stat(windows.file(safe))).size).toBe(world.rawXz.length)
    }
  })
})
