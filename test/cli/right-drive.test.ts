import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src-main/app/create-app.ts'
import { createDrives } from '../../src-main/create-drives.ts'
import type { Drive } from '../../src-shared/drive.ts'
import type { JobEvent } from '../../src-shared/job.ts'
import { fillWithOldBytes, makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { exchangeFile, makeLoop, makeZram, type Device } from '../support/drives/devices.ts'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { makeLsblk } from '../support/drives/lsblk.ts'
import { describeWith } from '../support/run/needs.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { runInTerminal, type TerminalOptions } from '../support/programs/run-in-terminal.ts'
import { makeTestPorts } from '../support/worlds/test-ports.ts'
import { mib } from '../support/files/mib.ts'

/**
 * Size of a large disk, in bytes: larger than any USB stick, so it may hold a user's data. The file
 * is sparse.
 */
const diskSize = 300_000 * mib

describeWith(['zram', 'loop', 'command:script'], 'the right drive', () => {
  let world: CliWorld
  beforeAll(async () => {
    world = await makeCliWorld({ imageSize: 4 * mib })
  })
  afterAll(() => world.dispose())
  let made: { dispose(): Promise<void> }[] = []
  afterEach(async () => {
    for (const thing of made.toReversed()) await thing.dispose()
    made = []
  })

  async function makeDrive(size: number, exchangeable = false): Promise<Device> {
    const loop = await makeLoop({ size, exchangeable })
    made.push(loop)
    return loop
  }
  const isEmpty = async ({ device }: Device) => (await readDevice(device, 4 * mib)).every((byte) => byte === 0)
  const holdsImage = async ({ device }: Device) => (await readDevice(device, world.raw.length)).equals(world.raw)
  const write = (args: string[]) => world.call(['write', '--json', ...args])
  const terminal = (args: string[], typed: TerminalOptions) =>
    runInTerminal(['write', ...args], {
      ...typed,
      env: { KINDLING_STREAM_BASE_URL: world.baseUrl, KINDLING_KEYRING: world.keyringFile, ...typed.env },
    })

  describe('a drive over 256 GB', () => {
    test('is not erased by --yes alone, which leaves it untouched and tells its name', async () => {
      const disk = await makeDrive(diskSize)
      const failure = expectFailed(await write(['--drive', disk.device, '--yes']), 'confirmation-name-missing', 2)
      expect(failure).toMatchObject({ driveState: 'untouched', details: { name: disk.device } })
      expect(failure.advice).toContain(disk.device)
      expect(await isEmpty(disk)).toBe(true)
    })

    test('is not erased by the name of another', async () => {
      const disk = await makeDrive(diskSize)
      const failure = expectFailed(
        await write(['--drive', disk.device, '--yes', '--confirm', 'Samsung SSD 860']),
        'usage',
        2,
      )
      expect(failure.title).toContain('Samsung SSD 860')
      expect(failure.title).toContain(disk.device)
      expect(await isEmpty(disk)).toBe(true)
    })

    test('is not erased by its name without --yes where nobody can be asked', async () => {
      const disk = await makeDrive(diskSize)
      expectFailed(await write(['--drive', disk.device, '--confirm', disk.device]), 'confirmation-missing', 2)
      expect(await isEmpty(disk)).toBe(true)
    })

    test('is written with --yes and its name', async () => {
      const disk = await makeDrive(diskSize)
      const run = await write(['--drive', disk.device, '--yes', '--confirm', disk.device])
      expect(expectDone(run).drive).toMatchObject({ state: 'proved' })
      expect(await holdsImage(disk)).toBe(true)
    })

    test('needs a name for itself when several are written, and else none of them is touched', async () => {
      const [stick, first, second] = [await makeDrive(16 * mib), await makeDrive(diskSize), await makeDrive(diskSize)]
      const several = [stick, first, second].flatMap(({ device }) => ['--drive', device])
      const run = await write([...several, '--yes', '--confirm', first.device])
      expect(expectFailed(run, 'confirmation-name-missing', 2).details).toMatchObject({ name: second.device })
      for (const drive of [stick, first, second]) expect(await isEmpty(drive)).toBe(true)
      const named = await write([...several, '--yes', '--confirm', second.device, '--confirm', first.device])
      expect(named.code, named.stdout).toBe(0)
      for (const drive of [stick, first, second]) expect(await holdsImage(drive)).toBe(true)
    })

    test('is asked for by its name on a terminal, also with --yes', async () => {
      const disk = await makeDrive(diskSize)
      const run = await terminal(['--drive', disk.device, '--yes'], {
        typed: [[/type its name, \/dev\/loop\d+: /, `${disk.device}\r`]],
      })
      expect(run.code, run.screen).toBe(0)
      expect(run.screen).not.toContain('Type "yes"')
      expect(await holdsImage(disk)).toBe(true)
    })

    test('is left alone when something else is typed', async () => {
      const disk = await makeDrive(diskSize)
      for (const reply of ['yes', '/dev/loop', '']) {
        const run = await terminal(['--drive', disk.device], { typed: [[/type its name, [^:]*: /, `${reply}\r`]] })
        expect(run.code, run.screen).toBe(2)
        expect(run.screen).toContain('code: declined')
      }
      expect(await isEmpty(disk)).toBe(true)
    })

    test('is refused by the core too when a host forgets its name, or gives another; other drives go on', async () => {
      const [disk, stick] = [await makeDrive(diskSize), await makeDrive(16 * mib)]
      const { ports, dispose } = await makeTestPorts({ drives: createDrives() })
      made.push({ dispose })
      const app = createApp(ports)
      const source = {
        image: { kind: 'file' as const, path: await world.save('image.raw', world.raw, null) },
        insecure: true,
      }
      for (const confirmed of [undefined, 'yes']) {
        const ends: Extract<JobEvent, { event: 'done' | 'failed' }>[] = []
        await new Promise<void>((resolve) => {
          const unsubscribe = app.subscribe(
            (news) => {
              if (news.news !== 'job' || (news.event.event !== 'done' && news.event.event !== 'failed')) return
              if (ends.push(news.event) < 2) return
              unsubscribe()
              resolve()
            },
            ['job'],
          )
          void app.startWrites({
            spec: { source, drives: [{ drive: disk.device, confirmed }, { drive: stick.device }] },
          })
        })
        const failed = ends.find(({ event }) => event === 'failed')
        expect(failed).toMatchObject({ code: 'confirmation-name-missing', driveState: 'untouched' })
        expect(ends.some(({ event }) => event === 'done')).toBe(true)
      }
      expect(await isEmpty(disk)).toBe(true)
      expect(await holdsImage(stick)).toBe(true)
    })
  })

  test('the name of a drive that is no disk may be given, and has to be right then too', async () => {
    const stick = await makeDrive(16 * mib)
    expectFailed(await write(['--drive', stick.device, '--yes', '--confirm', 'Ultra']), 'usage', 2)
    expect(await isEmpty(stick)).toBe(true)
    expectDone(await write(['--drive', stick.device, '--yes', '--confirm', stick.device]))
  })

  test('the table of drives prints each name as it has to be typed', async () => {
    const zram = await makeZram(16 * mib)
    made.push(zram)
    const table = (await world.call(['drives', '--all'])).stdout.split('\n')
    const column = table[0]!.indexOf('NAME')
    const { events } = await world.call(['drives', '--all', '--json'])
    const { drives } = events[0] as unknown as { drives: Drive[] }
    const { name } = drives.find(({ identity }) => identity.device === zram.device)!
    const row = table.find((line) => line.startsWith(`${zram.device} `))!
    expect(row.slice(column).startsWith(`${name}  `)).toBe(true)
  })

  test('--eject tells in the receipt that there is nothing to power off, of a device and of a file', async () => {
    const stick = await makeDrive(16 * mib)
    const file = await world.makeDrive()
    for (const path of [stick.device, file.path]) {
      const { warnings, drive } = expectDone(await write(['--drive', path, '--yes', '--eject']))
      expect(drive).toMatchObject({ state: 'proved' })
      expect(warnings).toEqual([
        expect.objectContaining({
          code: 'drive-not-ejected',
          message: expect.stringMatching(/cannot be powered off|there is nothing/),
        }),
      ])
    }
    expect(await holdsImage(stick)).toBe(true)
  })

  test('is the one that a by-id name led to when it was named, also once the link leads to its twin', async () => {
    const [chosen, twin] = [await makeDrive(16 * mib), await makeDrive(16 * mib)]
    const lsblk = await makeLsblk()
    made.push(lsblk)
    await lsblk.tellSerials({ [chosen.device]: '0123456789', [twin.device]: '0123456789' })
    const link = `/dev/disk/by-id/usb-Kindling_test_${process.pid}-0:0`
    await mkdir('/dev/disk/by-id', { recursive: true })
    /** Moves the link as udev does when a second stick has the same serial number. */
    const leadTo = async ({ device }: Device) => {
      await rm(link, { force: true })
      await symlink(device, link)
    }
    await leadTo(chosen)
    made.push({ dispose: () => rm(link, { force: true }) })
    const run = await terminal(['--drive', link], {
      env: { PATH: lsblk.PATH },
      typed: [[/Type "yes": /, 'yes\r', () => leadTo(twin)]],
    })
    expect(run.code, run.screen).toBe(0)
    expect(await isEmpty(twin)).toBe(true)
    expect(await holdsImage(chosen)).toBe(true)
  })

  describe('a drive that is another one by the time it is opened', () => {
    /** Replaces the drive by another of the same size, as if the user had swapped two sticks. */
    async function exchange(drive: Device): Promise<void> {
      const other = world.path('other.img')
      await fillWithOldBytes(other, 16 * mib)
      await exchangeFile(drive.device, other)
    }
    const holdsOldBytes = async ({ device }: Device) => {
      const expected = await fillWithOldBytes(world.path('expected.img'), 16 * mib)
      return (await readDevice(device, expected.length)).equals(expected)
    }

    test('is refused when it changed under the question', async () => {
      const drive = await makeDrive(16 * mib, true)
      const run = await terminal(['--drive', drive.device], {
        typed: [[/Type "yes": /, 'yes\r', () => exchange(drive)]],
      })
      expect(run.code, run.screen).toBe(3)
      expect(run.screen).toContain('code: drive-changed')
      expect(run.screen).toContain('The drive was not changed.')
      expect(await holdsOldBytes(drive)).toBe(true)
    })

    test('is refused when it changed while the image was on its way', async () => {
      const drive = await makeDrive(16 * mib, true)
      const url = await world.serve('image.raw', world.raw)
      world.mirror.fault(url, { kind: 'stall', afterBytes: mib / 2 })
      const running = write(['-u', url, '--drive', drive.device, '--yes'])
      await world.mirror.stalled(url)
      await exchange(drive)
      world.mirror.clearFaults(url)
      expect(expectFailed(await running, 'drive-changed', 3).driveState).toBe('untouched')
      expect(await holdsOldBytes(drive)).toBe(true)
    })

    test('is refused by verify, too', async () => {
      const drive = await makeDrive(16 * mib, true)
      await writeFile(drive.device, world.raw)
      const { identity } = await createDrives().inspect(drive.device)
      await exchange(drive)
      const { ports, dispose } = await makeTestPorts({ drives: createDrives() })
      made.push({ dispose })
      const app = createApp(ports)
      const end = new Promise<JobEvent>((resolve) => {
        app.subscribe(
          (news) =>
            news.news === 'job' &&
            (news.event.event === 'done' || news.event.event === 'failed') &&
            resolve(news.event),
          ['job'],
        )
      })
      const source = { image: { kind: 'file' as const, path: await world.save('image.raw', world.raw) } }
      await app.start({ spec: { job: 'verify', source, drive: drive.device, identity } })
      expect(await end).toMatchObject({ event: 'failed', code: 'drive-changed' })
    })
  })
})
