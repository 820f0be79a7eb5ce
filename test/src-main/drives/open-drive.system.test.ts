import { spawn } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createDrives } from '../../../src-main/create-drives.ts'
import { createLinux } from '../../../src-main/drives/linux/create-linux.ts'
import { openDrive } from '../../../src-main/drives/open-drive.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { toRefusal } from '../../../src-main/drives/refusal.ts'
import type { DriveSystem } from '../../../src-main/drives/system.ts'
import { withFiles } from '../../../src-main/drives/with-files.ts'
import { mountpointsOf } from '../../../src-main/drives/mountpoints-of.ts'
import { allocateAligned } from '../../../src-main/memory/aligned-memory.ts'
import type { Drive } from '../../../src-shared/drive.ts'
import { exchangeFile, makeLoop, makeZram, run, unmount } from '../../support/drives/devices.ts'
import { toFailure } from '../../../src-shared/failure.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { holdOpen } from '../../support/drives/hold-open.ts'
import { describeWith } from '../../support/run/needs.ts'
import { startInPrivateMounts } from '../../support/drives/private-mounts.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { mib } from '../../support/files/mib.ts'

const drives = createDrives()
let temporary: TemporaryDirectory
beforeAll(async () => {
  temporary = await makeTemporaryDirectory()
})
afterAll(() => temporary.dispose())

describe('opening a disk-image file', () => {
  test('keeps its size, and writes what it is given', async () => {
    const path = temporary.file('drive.img')
    await writeFile(path, '')
    await truncate(path, 2 * mib)
    const target = await drives.open(await drives.inspect(path), 'write')
    expect(target).toMatchObject({ size: 2 * mib, sectorSize: 512 })
    const bytes = randomFillSync(allocateAligned(mib))
    await target.write(bytes, mib)
    await target.flush()
    expect(await target.rereadPartitionTable()).toBeNull()
    await target.close()
    const whole = await readFile(path)
    expect(whole.length).toBe(2 * mib)
    expect(whole.subarray(mib).equals(bytes)).toBe(true)
  })

  test('what keeps others away besides is let go of when it is closed, and when it cannot be opened', async () => {
    const path = temporary.file('kept.img')
    await writeFile(path, Buffer.alloc(8192))
    const chosen = await drives.inspect(path)
    const linux = withFiles(createLinux([]))
    const steps: string[] = []
    const unmount = async () => {
      steps.push('held')
      return { release: async () => void steps.push('released') }
    }
    const target = await openDrive({ ...linux, unmount }, chosen, 'write')
    expect(steps).toEqual(['held'])
    await target.close()
    expect(steps.splice(0)).toEqual(['held', 'released'])

    const identifyOpen = async () => ({ ...chosen.identity, size: 4096 })
    expect(await failureOf(openDrive({ ...linux, unmount, identifyOpen }, chosen, 'write'))).toMatchObject({
      code: 'drive-changed',
    })
    expect(steps.splice(0)).toEqual(['held', 'released'])

    await (await openDrive({ ...linux, unmount }, chosen, 'read')).close()
    expect(steps).toEqual([])
    const gone = async () => {
      await rm(path)
      return unmount()
    }
    expect(await failureOf(openDrive({ ...linux, unmount: gone }, chosen, 'write'))).toMatchObject({
      code: 'drive-missing',
    })
    expect(steps).toEqual(['held', 'released'])
  })

  test('one that ends inside a page cannot go past the cache, but every byte of it can be reached', async () => {
    const path = temporary.file('odd.img')
    await writeFile(path, Buffer.alloc(10_001))
    const target = await drives.open(await drives.inspect(path), 'write')
    expect(target).toMatchObject({ pastCache: false, alignment: 1 })
    await target.write(new Uint8Array([1, 2, 3]), 9998)
    await target.close()
    expect([...(await readFile(path)).subarray(-3)]).toEqual([1, 2, 3])
  })

  test('a file system without direct I/O is used through the cache, and the target says so', async () => {
    // Files in sysfs do not support O_DIRECT. Files in /proc are not suitable, because they report
    // a size of 0.
    const target = await drives.open(await drives.inspect('/sys/kernel/uevent_seqnum'), 'read')
    expect(target).toMatchObject({ pastCache: false, alignment: 1 })
    await target.close()
  })

  test('another file in its place is refused, also one of another size', async () => {
    const path = temporary.file('chosen.img')
    await writeFile(path, Buffer.alloc(8192))
    const chosen = await drives.inspect(path)
    await truncate(path, 4096)
    const shrunk = await failureOf(drives.open(chosen, 'write'))
    expect(shrunk.code).toBe('drive-changed')
    expect(shrunk.advice).toContain('8192 bytes')
    expect(shrunk.advice).toContain('4096 bytes')
    await writeFile(temporary.file('other.img'), Buffer.alloc(8192))
    await rename(temporary.file('other.img'), path)
    expect(await failureOf(drives.open(chosen, 'write'))).toMatchObject({ code: 'drive-changed' })
    expect(await failureOf(drives.open(chosen, 'read'))).toMatchObject({ code: 'drive-changed' })
  })
})

describeWith(['zram', 'loop', 'mount'], 'opening a block device', () => {
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
    { size: 16 * mib, label: 'root', fileSystem: 'ext4' as const },
  ]
  const makeDrive = async () => keep(await makeLoop({ size: 64 * mib, partitions }))
  async function mount(name: string, ...args: string[]): Promise<string> {
    const place = temporary.file(name)
    await mkdir(place, { recursive: true })
    await run('mount', ...args, place)
    keep({
      dispose: () =>
        run('umount', '-l', place).then(
          () => {},
          () => {},
        ),
    })
    return place
  }
  /** Imitates a desktop that mounts a partition as soon as it is free. */
  function startMounting(part: string, place: string, times: number): void {
    const stop = `${place}.stop`
    const script = 'n=0; while [ $n -ne "$3" ] && [ ! -e "$2" ]; do mount "$0" "$1" 2>/dev/null && n=$((n+1)); done'
    const args = [part, place, stop, times === Infinity ? '-1' : String(times)]
    const desktop = spawn('sh', ['-c', script, ...args], { stdio: 'ignore' })
    const ended = once(desktop, 'close')
    keep({
      async dispose() {
        await writeFile(stop, '')
        await ended
        await run('umount', '-q', place).catch(() => '')
      },
    })
  }
  const mountpointsNow = async (device: string) => mountpointsOf(await drives.inspect(device))

  test.each([
    ['loop, 512', 512, () => makeLoop({ size: 8 * mib })],
    ['loop, 4096', 4096, () => makeLoop({ size: 8 * mib, sectorSize: 4096 as const })],
    ['zram', 4096, () => makeZram(8 * mib)],
  ])('%s: goes past the cache, aligned to a sector, to the last one', async (_, sectorSize, make) => {
    const { device } = keep(await make())
    const target = await drives.open(await drives.inspect(device), 'write')
    expect(target).toMatchObject({ size: 8 * mib, sectorSize, alignment: sectorSize, pastCache: true })
    const bytes = randomFillSync(allocateAligned(sectorSize))
    await target.write(bytes, 8 * mib - sectorSize)
    await target.flush()
    const back = allocateAligned(sectorSize)
    await target.read(back, 8 * mib - sectorSize)
    await target.close()
    expect(back).toEqual(bytes)
  })

  test('a loop device that reads its file through the cache is said to do so', async () => {
    const { device } = keep(await makeLoop({ size: 8 * mib }))
    await run('losetup', '--direct-io=off', device)
    for (const mode of ['read', 'write'] as const) {
      const target = await drives.open(await drives.inspect(device), mode)
      expect(target).toMatchObject({ alignment: 512, pastCache: false })
      await target.close()
    }
  })

  test('for writing nobody else gets it, for reading everybody may', async () => {
    const { device } = keep(await makeLoop({ size: 8 * mib }))
    const drive = await drives.inspect(device)
    const target = await drives.open(drive, 'write')
    await expect(open(device, 0o200)).rejects.toMatchObject({ code: 'EBUSY' })
    const second = await failureOf(drives.open(drive, 'write'))
    expect(second).toMatchObject({ code: 'drive-busy', details: { drive: device } })
    expect(second.title).toContain(`(process ${process.pid})`)
    await target.close()
    const readers = [await drives.open(drive, 'read'), await drives.open(drive, 'read')]
    await (await drives.open(drive, 'write')).close()
    for (const reader of readers) await reader.close()
  })

  test('ejecting lets go of what keeps others away, before the system is asked to', async () => {
    const { device } = keep(await makeLoop({ size: 8 * mib }))
    const steps: string[] = []
    const system: DriveSystem = {
      ...createLinux([]),
      unmount: async () => ({ release: async () => void steps.push('released') }),
      async eject(_, close) {
        await close()
        steps.push('ejected')
        return null
      },
    }
    const target = await openDrive(system, await drives.inspect(device), 'write')
    expect(await target.eject()).toBeNull()
    expect(steps).toEqual(['released', 'ejected'])
    await target.close()
  })

  test('who keeps it exclusively, even only to read, is named', async () => {
    const { device } = keep(await makeLoop({ size: 8 * mib }))
    const holder = keep(await holdOpen(device, 'O_RDONLY|O_EXCL'))
    const drive = await drives.inspect(device)
    expect(await failureOf(drives.open(drive, 'write'))).toMatchObject({
      code: 'drive-busy',
      details: { users: [`node (process ${holder.pid})`] },
    })
    await (await drives.open(drive, 'read')).close()
  })

  test('for writing everything on it is unmounted: stacked, nested and bound mounts', async () => {
    const { device, partitions: parts } = await makeDrive()
    const outer = await mount('outer', parts[0]!)
    await mkdir(`${outer}/inner place`)
    await mount('outer/inner place', parts[1]!)
    await mount('outer', parts[1]!)
    await mkdir(`${outer}/bound`, { recursive: true })
    await mount('bound', '--bind', outer)
    expect(await mountpointsNow(device)).not.toEqual([])
    const target = await drives.open(await drives.inspect(device), 'write')
    expect(await mountpointsNow(device)).toEqual([])
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(device)
    await target.close()
  })

  test.each([1, 2])('what mounts it again between unmounting and opening, %i times, does not get it', async (times) => {
    const { device, partitions: parts } = await makeDrive()
    const place = await mount('again', parts[0]!)
    const system = createLinux([])
    let mounted = 0
    const target = await openDrive(
      {
        ...system,
        async unmount(drive) {
          await system.unmount(drive)
          if (++mounted <= times) await run('mount', parts[0]!, place)
          return null
        },
      },
      await drives.inspect(device),
      'write',
    )
    // A program that starts in mounts of its own keeps a copy of the mount for a moment, and
    // another try is needed.
    expect(mounted).toBeGreaterThan(times)
    expect(await mountpointsNow(device)).toEqual([])
    await target.close()
  })

  test('what mounts it again and again is told in the end, and nothing was written', async () => {
    const { device, partitions: parts } = await makeDrive()
    const place = await mount('for-ever', parts[0]!)
    const system = createLinux([])
    const unmount = async (drive: Drive) => {
      await system.unmount(drive)
      await run('mount', parts[0]!, place)
      return null
    }
    expect(await failureOf(openDrive({ ...system, unmount }, await drives.inspect(device), 'write'))).toMatchObject({
      code: 'drive-busy',
      details: { drive: device, users: [`the file system mounted at ${place}`] },
    })
  })

  test('the rules are asked each time: what becomes a system place in between is not unmounted', async () => {
    const { device, partitions: parts } = await makeDrive()
    const system = createLinux([])
    let looks = 0
    const inspect = async (path: string) => {
      const drive = await system.inspect(path)
      if (++looks === 1) return drive
      return { ...drive, refusals: [toRefusal(new KindlingError('drive-system', { drive: path, reason: '/home' }))] }
    }
    const unmount = async () => mount('home', parts[0]!).then(() => null)
    const chosen = await drives.inspect(device)
    expect(await failureOf(openDrive({ ...system, inspect, unmount }, chosen, 'write'))).toMatchObject({
      code: 'drive-system',
    })
    expect(await mountpointsNow(device)).toHaveLength(1)
  })

  test('while it is open nothing of it can be mounted; before and after it can', async () => {
    const { device, partitions: parts } = await makeDrive()
    const place = await mount('held', parts[0]!)
    const target = await drives.open(await drives.inspect(device), 'write')
    for (const part of [...parts, device]) await expect(run('mount', part, place)).rejects.toThrow(/busy/i)
    expect(await mountpointsNow(device)).toEqual([])
    await target.close()
    await run('mount', parts[0]!, place)
    expect(await mountpointsNow(device)).toEqual([place])
  })

  test('a program that mounts it as soon as it is free is too late once it is open', async () => {
    const { device, partitions: parts } = await makeDrive()
    const place = temporary.file('desktop')
    await mkdir(place)
    startMounting(parts[0]!, place, 3)
    await expect.poll(() => mountpointsNow(device)).toEqual([place])
    const target = await drives.open(await drives.inspect(device), 'write')
    expect(await mountpointsNow(device)).toEqual([])
    await expect(run('mount', parts[0]!, place)).rejects.toThrow(/busy/i)
    await target.close()
  })

  test('a program that never stops mounting it does not keep Kindling for ever', async () => {
    const { device, partitions: parts } = await makeDrive()
    const system = createLinux([])
    const place = temporary.file('restless')
    await mkdir(place)
    startMounting(parts[0]!, place, Infinity)
    const drive = await drives.inspect(device)
    const outcome = await openDrive(system, drive, 'write').catch((error: unknown) => toFailure(error))
    if ('code' in outcome) expect(['drive-busy', 'drive-unmount-failed']).toContain(outcome.code)
    else await outcome.close()
  })

  test('a mount that only a service sees keeps it busy, and the service is named', async () => {
    const { device, partitions: parts } = await makeDrive()
    const place = temporary.file('private')
    await mkdir(place)
    const service = keep(await startInPrivateMounts('mount "$1" "$2"; echo mounted', parts[0]!, place))
    const drive = await drives.inspect(device)
    expect(mountpointsOf(drive)).toEqual([])
    const failure = await failureOf(drives.open(drive, 'write'))
    expect(failure).toMatchObject({ code: 'drive-busy' })
    expect(failure.details['users']).toContainEqual(`a mount at ${place} that only cat (process ${service.pid}) sees`)
    await service.dispose()
    await (await drives.open(drive, 'write')).close()
  })

  test('for reading nothing is unmounted', async () => {
    const { device, partitions: parts } = await makeDrive()
    const place = await mount('stays', parts[0]!)
    const target = await drives.open(await drives.inspect(device), 'read')
    await target.read(allocateAligned(4096), 0)
    await target.close()
    expect(await mountpointsNow(device)).toEqual([place])
  })

  test('a mount in use cannot be unmounted: the place and the reason are told, and the drive is free again', async () => {
    const { device, partitions: parts } = await makeDrive()
    const place = await mount('used', parts[0]!)
    await writeFile(`${place}/file`, 'x')
    const holder = keep(await holdOpen(`${place}/file`, 'O_RDONLY'))
    const drive = await drives.inspect(device)
    expect(await failureOf(drives.open(drive, 'write'))).toMatchObject({
      code: 'drive-unmount-failed',
      details: { drive: device, mountpoint: place, reason: `it is in use by node (process ${holder.pid})` },
    })
    await holder.dispose()
    await (await drives.open(drive, 'write')).close()
  })

  test('a mount that a program uses for a moment is unmounted when it is free', async () => {
    const { device, partitions: parts } = await makeDrive()
    const place = await mount('moment', parts[0]!)
    await writeFile(`${place}/file`, 'x')
    const holder = keep(await holdOpen(`${place}/file`, 'O_RDONLY'))
    const system = createLinux([])
    let tries = 0
    const unmount = async (drive: Drive) => {
      if (++tries === 3) await holder.dispose()
      return system.unmount(drive)
    }
    const target = await openDrive({ ...system, unmount }, await drives.inspect(device), 'write')
    expect(tries).toBe(3)
    expect(await mountpointsNow(device)).toEqual([])
    await target.close()
  })

  test('what somebody else mounted over the same path, below a covered parent, is left alone', async () => {
    const { device, partitions: parts } = await makeDrive()
    const parent = await mount('parent', '-t', 'tmpfs', 'kindling-parent')
    const place = await mount('parent/place', parts[0]!)
    await mount('parent', '-t', 'tmpfs', 'kindling-cover')
    await mount('parent/place', '-t', 'tmpfs', 'kindling-stranger')
    const drive = await drives.inspect(device)
    expect(await failureOf(drives.open(drive, 'write'))).toMatchObject({
      code: 'drive-unmount-failed',
      details: { mountpoint: place, reason: 'another file system is mounted over it' },
    })
    expect(await readFile('/proc/self/mountinfo', 'utf8')).toContain('kindling-stranger')
    for (const above of [place, parent]) await unmount(above)
    await (await drives.open(drive, 'write')).close()
  })

  test('what somebody else mounted over or inside it is left alone', async () => {
    const { device, partitions: parts } = await makeDrive()
    const place = await mount('covered', parts[0]!)
    await mount('covered', '-t', 'tmpfs', 'kindling-cover')
    const drive = await drives.inspect(device)
    const failure = await failureOf(drives.open(drive, 'write'))
    expect(failure).toMatchObject({
      code: 'drive-unmount-failed',
      details: { mountpoint: place, reason: `another file system is mounted on it at ${place}` },
    })
    expect(await readFile('/proc/self/mountinfo', 'utf8')).toContain('kindling-cover')
    await unmount(place)
    await (await drives.open(drive, 'write')).close()
  })

  test('another drive under the same name is refused before anything of it is unmounted', async () => {
    const first = await makeDrive()
    const chosen = await drives.inspect(first.device)
    await run('partx', '-d', first.device)
    await truncate(first.file!, 48 * mib)
    await run('losetup', '-c', first.device)
    expect(await failureOf(drives.open(chosen, 'write'))).toMatchObject({ code: 'drive-changed' })
  })

  test('another file behind the same loop device, of the same size, is refused', async () => {
    const { device } = keep(await makeLoop({ size: 8 * mib, exchangeable: true }))
    const chosen = await drives.inspect(device)
    expect(chosen.identity.medium).toMatch(/^\d+$/)
    await writeFile(temporary.file('other.img'), Buffer.alloc(8 * mib, 'precious'))
    await exchangeFile(device, temporary.file('other.img'))
    const now = await drives.inspect(device)
    expect(now.identity).toMatchObject({ device, size: chosen.identity.size, number: chosen.identity.number })
    for (const mode of ['write', 'read'] as const)
      expect(await failureOf(drives.open(chosen, mode))).toMatchObject({ code: 'drive-changed' })
    expect((await readFile(temporary.file('other.img'), 'latin1')).startsWith('precious')).toBe(true)
    await (await drives.open(now, 'write')).close()
  })

  test.each(['read', 'write'] as const)(
    'another device behind the name that is opened to %s is refused',
    async (mode) => {
      const [chosen, other] = [keep(await makeLoop({ size: 8 * mib })), keep(await makeLoop({ size: 8 * mib }))]
      const system = { ...createLinux([]), rawPath: () => other.device }
      const drive = await drives.inspect(chosen.device)
      const failure = await failureOf(openDrive(system, drive, mode))
      expect(failure).toMatchObject({ code: 'drive-changed', details: { drive: other.device } })
      expect((await drives.inspect(other.device)).refusals).toEqual([])
    },
  )

  test.each(['read', 'write'] as const)(
    'another medium under the same number, since it was inspected, is not opened to %s',
    async (mode) => {
      const { device } = keep(await makeLoop({ size: 8 * mib, exchangeable: true }))
      await writeFile(temporary.file('late.img'), Buffer.alloc(8 * mib, 'precious'))
      const system = createLinux([])
      const inspect = async (name: string) => {
        const found = await system.inspect(name)
        await exchangeFile(device, temporary.file('late.img'))
        return found
      }
      const drive = await drives.inspect(device)
      expect(await failureOf(openDrive({ ...system, inspect }, drive, mode))).toMatchObject({ code: 'drive-changed' })
    },
  )

  test('a drive without serial number that was taken away and put back under its name is refused', async () => {
    const first = keep(await makeZram(8 * mib))
    const chosen = await drives.inspect(first.device)
    await first.dispose()
    const second = keep(await makeZram(8 * mib))
    // The kernel assigns the lowest free number. If another test has taken it, the new drive has
    // another name.
    const now = await drives.inspect(second.device)
    expect(now.identity.attachment).not.toBe(chosen.identity.attachment)
    const { device, number } = now.identity
    const renamed = { ...chosen, identity: { ...chosen.identity, device, number } }
    expect(await failureOf(drives.open(renamed, 'write'))).toMatchObject({ code: 'drive-changed' })
  })

  test('a drive that is gone is missing', async () => {
    const zram = keep(await makeZram(8 * mib))
    const chosen = await drives.inspect(zram.device)
    await zram.dispose()
    expect(await failureOf(drives.open(chosen, 'write'))).toMatchObject({ code: 'drive-missing' })
  })

  test('the system reads a new partition table while the drive is held, or a warning says that it did not', async () => {
    const { device, partitions: parts } = await makeDrive()
    const target = await drives.open(await drives.inspect(device), 'write')
    for (const at of [0, 63 * mib]) await target.write(allocateAligned(mib), at)
    await target.flush()
    const warning = await target.rereadPartitionTable()
    await target.close()
    if (warning === null) expect((await drives.inspect(device)).contents).toEqual([])
    else expect(warning).toContain(device)
    expect(parts).toHaveLength(2)
  })
})
