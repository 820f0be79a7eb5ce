import { chmod, mkdir, realpath, symlink, truncate, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createDrives } from '../../src-main/create-drives.ts'
import { layersOf } from '../../src-main/drives/linux/layers.ts'
import { mountpointsOf } from '../../src-main/drives/mountpoints-of.ts'
import type { Drive } from '../../src-shared/drive.ts'
import { makeLoop, makeZram, run, unmount } from '../support/drives/devices.ts'
import { failureOf } from '../support/expect/failing.ts'
import { holdOpen } from '../support/drives/hold-open.ts'
import { describeWith, testWith } from '../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { mib } from '../support/files/mib.ts'

const drives = createDrives()
const under = async (path: string) => [...(await layersOf(path)).devices]
let temporary: TemporaryDirectory
beforeAll(async () => {
  temporary = await makeTemporaryDirectory()
})
afterAll(() => temporary.dispose())

const titles = ({ refusals }: Drive) => refusals.map(({ title }) => title)

describe('a disk-image file as the drive', () => {
  test('is a removable drive that fits its bytes', async () => {
    const path = temporary.file('drive.img')
    await writeFile(path, '')
    await truncate(path, 3 * mib)
    const drive = await drives.inspect(path)
    expect(drive).toMatchObject({
      identity: { device: await realpath(path), kind: 'file', size: 3 * mib, serial: null },
      name: path,
      sectorSize: 512,
      removable: true,
      readOnly: false,
      contents: [],
      refusals: [],
      precious: false,
    })
    expect(drive.identity.number).toMatch(/^\d+:\d+$/)
  })

  test('is found through a link', async () => {
    const path = temporary.file('linked.img')
    await writeFile(path, 'x')
    await symlink(path, temporary.file('link.img'))
    expect((await drives.inspect(temporary.file('link.img'))).identity).toMatchObject({ device: path, size: 1 })
  })

  test('is refused when its permissions do not let anybody write, for root too', async () => {
    const path = temporary.file('protected.img')
    await writeFile(path, 'x')
    await chmod(path, 0o444)
    const drive = await drives.inspect(path)
    expect(drive.readOnly).toBe(true)
    expect(titles(drive)).toEqual([`No permission to write to the file ${path}: its permissions do not allow it`])
    expect(await failureOf(drives.open(drive, 'write'))).toMatchObject({ code: 'drive-file-protected' })
  })

  test('lies on the drive that its directory lies on', async () => {
    const path = temporary.file('nowhere/yet/drive.img')
    expect(await under(path)).toEqual(await under(temporary.path))
    expect(await under('/proc')).toEqual([])
  })
})

describe('what is no drive', () => {
  test('a missing name, also through a file as directory or a dangling link', async () => {
    await writeFile(temporary.file('file'), '')
    await symlink('/nowhere/at/all', temporary.file('dangling'))
    for (const name of ['missing', 'file/below', 'dangling'])
      expect(await failureOf(drives.inspect(temporary.file(name)))).toMatchObject({
        code: 'drive-missing',
        title: `There is no drive ${temporary.file(name)}`,
      })
  })

  test('a directory, a character device, a pipe, a socket and an empty file are called what they are', async () => {
    await writeFile(temporary.file('empty'), '')
    await mkdir(temporary.file('directory'))
    await run('mkfifo', temporary.file('pipe'))
    const server = createServer().listen(temporary.file('socket'))
    await new Promise((resolve) =>
      connect(temporary.file('socket'))
        .once('connect', resolve)
        .once('close', () => {})
        .end(),
    )
    const kinds = await Promise.all(
      [...['directory', 'pipe', 'socket', 'empty'].map((name) => temporary.file(name)), '/dev/null'].map((path) =>
        failureOf(drives.inspect(path)),
      ),
    )
    server.close()
    expect(kinds.map(({ code }) => code)).toEqual(Array(5).fill('drive-unusable'))
    expect(kinds.map(({ details }) => details['kind'])).toEqual([
      'a directory',
      'a pipe',
      'a socket',
      'an empty file',
      'a character device',
    ])
  })
})

describeWith(['zram', 'loop', 'mount'], 'real block devices', () => {
  let made: { dispose(): Promise<void> }[] = []
  const keep = <T extends { dispose(): Promise<void> }>(thing: T): T => {
    made.push(thing)
    return thing
  }
  afterEach(async () => {
    for (const thing of made.toReversed()) await thing.dispose()
    made = []
  })

  const partitions = [
    { size: 16 * mib, label: 'boot', fileSystem: 'ext4' as const },
    { size: 8 * mib, label: 'rest' },
  ]

  async function mount(device: string, name: string): Promise<string> {
    const place = temporary.file(name)
    await mkdir(place, { recursive: true })
    await run('mount', device, place)
    keep({
      dispose: () =>
        run('umount', '-l', place).then(
          () => {},
          () => {},
        ),
    })
    return place
  }

  test('no drive that carries the running system may be written, whoever asks', async () => {
    const carrying = await under('/')
    const listed = await drives.list()
    for (const device of carrying) {
      const drive = listed.find(({ identity }) => identity.device === device) ?? (await drives.inspect(device))
      expect(drive.refusals[0]).toMatchObject({ code: 'drive-system', details: { drive: device, reason: '/' } })
      expect(await failureOf(drives.open(drive, 'write'))).toMatchObject({ code: 'drive-system' })
      expect(mountpointsOf(drive)).toContain('/')
    }
    expect(listed.filter(({ refusals }) => refusals.length === 0).flatMap(mountpointsOf)).not.toContain('/')
  })

  test('a zram drive is listed with its size, its sectors and no refusal; an unconfigured one is not', async () => {
    const { device } = keep(await makeZram(32 * mib))
    const drive = (await drives.list()).find(({ identity }) => identity.device === device)!
    expect(drive).toMatchObject({
      identity: { device, kind: 'block', size: 32 * mib },
      name: device,
      sectorSize: 4096,
      removable: true,
      precious: false,
      contents: [],
      refusals: [],
    })
    expect(await drives.inspect(device)).toEqual(drive)
    const all = await drives.list()
    expect(all.every(({ identity }) => identity.size > 0)).toBe(true)
    expect(all.some(({ identity }) => identity.device.startsWith('/dev/loop'))).toBe(false)
  })

  test.each([512, 4096] as const)(
    'a loop device of %i-byte sectors shows its partitions and their labels',
    async (sectorSize) => {
      const loop = keep(await makeLoop({ size: 64 * mib, sectorSize, partitions }))
      const drive = await drives.inspect(loop.device)
      expect(drive).toMatchObject({ sectorSize, removable: true, refusals: [] })
      expect(drive.contents).toMatchObject([
        { device: loop.partitions[0], size: 16 * mib, label: 'boot', fileSystem: 'ext4', mountpoints: [] },
        { device: loop.partitions[1], size: 8 * mib, label: 'rest', fileSystem: null, mountpoints: [] },
      ])
    },
  )

  test('a drive is found by a link to it, as the names under /dev/disk are', async () => {
    const loop = keep(await makeLoop({ size: 4 * mib }))
    await symlink(loop.device, temporary.file('usb-Stick_123'))
    expect((await drives.inspect(temporary.file('usb-Stick_123'))).identity.device).toBe(loop.device)
  })

  test('a partition is refused with the name of its drive', async () => {
    const loop = keep(await makeLoop({ size: 64 * mib, partitions }))
    expect(await failureOf(drives.inspect(loop.partitions[0]!))).toMatchObject({
      code: 'drive-is-partition',
      details: { drive: loop.partitions[0], parent: loop.device },
    })
  })

  test('a loop device that nothing backs has no medium', async () => {
    async function inspectFreed(): Promise<unknown> {
      const loop = await makeLoop({ size: 4 * mib })
      await loop.dispose()
      return drives.inspect(loop.device).catch((error: unknown) => error)
    }
    // Another test may take the number that was just freed; then another device is tried.
    await expect.poll(inspectFreed).toMatchObject({
      code: 'drive-unusable',
      details: { kind: 'a device without a medium' },
    })
  })

  test('a mounted partition is no obstacle, but is told', async () => {
    const loop = keep(await makeLoop({ size: 64 * mib, partitions }))
    const place = await mount(loop.partitions[0]!, 'a place with spaces')
    const drive = await drives.inspect(loop.device)
    expect(drive.refusals).toEqual([])
    expect(mountpointsOf(drive)).toEqual([place])
    expect(await under(`${place}/image.xz`)).toEqual([loop.device, ...(await under(loop.file!))])
  })

  testWith(['swap'], 'a drive that the system swaps to carries the system', async () => {
    const zram = keep(await makeZram(16 * mib))
    await run('mkswap', zram.device)
    await run('swapon', zram.device)
    expect(titles(await drives.inspect(zram.device))).toEqual([`${zram.device} is a system drive (swap)`])
  })

  testWith(['swap'], 'a swap partition too', async () => {
    const loop = keep(await makeLoop({ size: 64 * mib, partitions: [{ size: 8 * mib, fileSystem: 'swap' }] }))
    await run('swapon', loop.partitions[0]!)
    expect(titles(await drives.inspect(loop.device))).toEqual([`${loop.device} is a system drive (swap)`])
  })

  test('a drive that holds the running program carries the system', async () => {
    const loop = keep(await makeLoop({ size: 64 * mib, partitions }))
    const place = await mount(loop.partitions[0]!, 'program')
    const guarded = createDrives({ protects: [`${place}/kindling/app.js`] })
    expect(titles(await guarded.inspect(loop.device))).toEqual([`${loop.device} is a system drive (Kindling itself)`])
  })

  test('a write-protected drive is refused', async () => {
    const loop = keep(await makeLoop({ size: 4 * mib }))
    await run('blockdev', '--setro', loop.device)
    keep({ dispose: () => run('blockdev', '--setrw', loop.device).then(() => {}) })
    expect(titles(await drives.inspect(loop.device))).toEqual([`${loop.device} is write-protected`])
  })

  test('a drive and a disk-image file that back a loop device are in use by it', async () => {
    const lower = keep(await makeLoop({ size: 8 * mib }))
    const upper = await run('losetup', '-f', '--show', lower.device)
    keep({ dispose: () => run('losetup', '-d', upper).then(() => {}) })
    expect(titles(await drives.inspect(lower.device))).toEqual([`${lower.device} is in use by loop device ${upper}`])
    expect(titles(await drives.inspect(lower.file!))).toEqual([
      `${lower.file} is in use by loop device ${lower.device}`,
    ])
    expect((await drives.inspect(upper)).refusals).toEqual([])
  })

  test('a program that could write to a drive, or to its partition, is named', async () => {
    const loop = keep(await makeLoop({ size: 64 * mib, partitions }))
    const holder = keep(await holdOpen(loop.partitions[1]!, 'O_RDWR'))
    expect(titles(await drives.inspect(loop.device))).toEqual([
      `${loop.device} is in use by node (process ${holder.pid})`,
    ])
  })

  test('a program that only reads is no obstacle', async () => {
    const loop = keep(await makeLoop({ size: 4 * mib }))
    keep(await holdOpen(loop.device, 'O_RDONLY'))
    expect((await drives.inspect(loop.device)).refusals).toEqual([])
  })

  test('a path on an overlay lies on the drives of its layers', async () => {
    const loop = keep(await makeLoop({ size: 64 * mib, partitions }))
    const place = await mount(loop.partitions[0]!, 'layers')
    for (const name of ['lower', 'upper', 'work']) await mkdir(`${place}/${name}`)
    const merged = temporary.file('merged')
    await mkdir(merged)
    const layers = `lowerdir=${place}/lower,upperdir=${place}/upper,workdir=${place}/work`
    await run('mount', '-t', 'overlay', 'overlay', '-o', layers, merged)
    keep({ dispose: () => unmount(merged) })
    expect(await under(merged)).toContain(loop.device)
  })

  testWith(['command:mkfs.btrfs'], 'a path on a btrfs of two drives lies on both', async () => {
    const [first, second] = [keep(await makeLoop({ size: 160 * mib })), keep(await makeLoop({ size: 160 * mib }))]
    await run('mkfs.btrfs', '-q', '-d', 'raid0', '-m', 'raid1', first.device, second.device)
    const place = temporary.file('btrfs')
    await mkdir(place)
    await run('btrfs', 'device', 'scan', first.device, second.device)
    await run('mount', '-t', 'btrfs', first.device, place)
    const unmount = keep({
      dispose: () =>
        run('umount', place).then(
          () => {},
          () => {},
        ),
    })
    expect(await under(`${place}/image.xz`)).toEqual(expect.arrayContaining([first.device, second.device]))
    // Neither device can be separated from the other.
    for (const { device } of [first, second])
      expect(titles(await drives.inspect(device))).toEqual([
        expect.stringMatching(/^\/dev\/loop\d+ is in use by the btrfs of \/dev\/loop\d+ and \/dev\/loop\d+$/) as string,
      ])
    await unmount.dispose()
    await run('btrfs', 'device', 'scan', '--forget').catch(() => {})
  })

  test('a block device is under itself, and its disk under its partition', async () => {
    const loop = keep(await makeLoop({ size: 64 * mib, partitions }))
    expect(await under(loop.partitions[0]!)).toContain(loop.device)
    expect(await under(loop.device)).toContain(loop.device)
  })
})
