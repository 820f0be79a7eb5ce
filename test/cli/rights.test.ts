import { existsSync } from 'node:fs'
import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { findProgram } from '../support/programs/descendants.ts'
import { makeLoop, run as runTool, type Device } from '../support/drives/devices.ts'
import { expectDone, expectFailed, warningsOf } from '../support/expect/expect-events.ts'
import { noteFailure } from '../support/faults/fault-matrix.ts'
import { holdOpen } from '../support/drives/hold-open.ts'
import { lacking } from '../support/run/needs.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { runInTerminal } from '../support/programs/run-in-terminal.ts'
import type { RunOptions } from '../support/worlds/run-kindling.ts'
import { makeUnprivileged, type Unprivileged, type UnprivilegedOptions } from '../support/programs/unprivileged.ts'
import { mib } from '../support/files/mib.ts'

const missing = lacking('loop', 'sudo', 'pkexec')

let world: CliWorld
let loop: Device
let users: Unprivileged[] = []
beforeAll(async () => {
  if (missing === null) world = await makeCliWorld({ imageSize: 24 * mib })
})
afterAll(() => world?.dispose())
beforeEach(async (context) => {
  if (missing !== null) return context.skip(missing)
  loop = await makeLoop({ size: 64 * mib })
})
afterEach(async () => {
  await loop?.dispose()
  for (const user of users) await user.dispose()
  users = []
})

/** Creates a user with these rules, and a function that runs Kindling as that user. */
async function become(options: UnprivilegedOptions) {
  const user = await makeUnprivileged(options)
  users.push(user)
  const keyring = user.home.file('keyring.gpg')
  await copyFile(world.keyringFile, keyring)
  const as = (program: string[]) => user.command(program.map(user.seen))
  const env = { ...privateDirectories(user.home.path), KINDLING_KEYRING: keyring }
  return {
    home: user.home,
    as,
    env: { ...env, KINDLING_STREAM_BASE_URL: world.baseUrl },
    kindling: (args: string[], more: RunOptions = {}) =>
      world.kindling(args, { ...more, as, env: { ...env, ...more.env } }),
  }
}

const writing = () => ['write', '--drive', loop.device, '--yes', '--json']

describe('writing a drive as somebody who may not open it', () => {
  test('asks sudo for rights that need no password, and proves the drive', async () => {
    const user = await become({ sudo: 'without-password' })
    const run = await user.kindling(writing())
    const receipt = expectDone(run)
    expect(receipt.drive).toMatchObject({ state: 'proved', pastCache: true, bytesWritten: world.raw.length })
    expect(warningsOf(run).filter((code) => code !== 'partition-table-not-reread')).toEqual([])
    expect((await readDevice(loop.device, world.raw.length)).equals(world.raw)).toBe(true)
  })

  test('verifies a drive with the same rights', async () => {
    const user = await become({ sudo: 'without-password' })
    expectDone(await user.kindling(writing()))
    expectDone(await user.kindling(['verify', '--drive', loop.device, '--json']))
    const identified = await user.kindling(['identify', '--drive', loop.device, '--json'])
    expect(identified.events.at(-1)).toMatchObject({
      event: 'done',
      identified: { platform: 'metal', format: 'raw.xz' },
    })
  })

  test('saves a drive with the same rights, into a file of its own', async () => {
    const user = await become({ sudo: 'without-password' })
    const file = user.home.file('saved.img')
    const { drive } = expectDone(await user.kindling(['save', '--drive', loop.device, '-o', file, '--json']))
    expect(drive).toMatchObject({ state: 'untouched', pastCache: true })
    expect((await readFile(file)).equals(await readDevice(loop.device, 64 * mib))).toBe(true)
  })

  test('restores a drive with the same rights', async () => {
    const user = await become({ sudo: 'without-password' })
    const run = await user.kindling(['restore', '--drive', loop.device, '--yes', '--json'])
    expect(run.events.at(-1), run.stdout).toMatchObject({ event: 'done', job: 'restore', drive: { state: 'proved' } })
    expect((await readDevice(loop.device, 512)).readUInt16LE(510)).toBe(0xaa55)
  })

  test('is not shown a drive that carries the system: only an administrator may read it, and nobody is asked', async ({
    task,
  }) => {
    const carrier = await makeLoop({ size: 24 * mib, partitions: [{ size: 16 * mib, fileSystem: 'ext4' }] })
    try {
      // There is no way to gain rights: the refusal comes before Kindling looks for one.
      const user = await become({ carrier: carrier.partitions[0]! })
      for (const job of ['verify', 'identify']) {
        const failure = expectFailed(
          await user.kindling([job, '--drive', carrier.device, '--json']),
          'drive-system-private',
          3,
        )
        expect(failure.title).toContain('it is a system drive (/srv)')
        if (job === 'verify') noteFailure(task, 'a system drive is verified without rights', failure)
      }
    } finally {
      await carrier.dispose()
    }
  })

  test('opens several drives at once, each in a helper of its own', async () => {
    const user = await become({ sudo: 'without-password' })
    const second = await makeLoop({ size: 64 * mib })
    try {
      const run = await user.kindling([...writing(), '--drive', second.device])
      expect(run.code, run.stdout).toBe(0)
      expect(run.events.filter(({ event }) => event === 'done')).toHaveLength(2)
      for (const { device } of [loop, second])
        expect((await readDevice(device, world.raw.length)).equals(world.raw)).toBe(true)
    } finally {
      await second.dispose()
    }
  })

  test('asks polkit where sudo may not, and proves the drive', async () => {
    const user = await become({ polkit: 'yes' })
    expect(expectDone(await user.kindling(writing())).drive).toMatchObject({ state: 'proved' })
  })

  test('says calmly that nobody may, and leaves the drive untouched', async () => {
    const user = await become({ polkit: 'no' })
    const run = await user.kindling(writing())
    expect(expectFailed(run, 'drive-forbidden', 1)).toMatchObject({ driveState: 'untouched' })
    expect((await readDevice(loop.device, mib)).every((byte) => byte === 0)).toBe(true)
  })

  test('asks on the terminal, where sudo takes the password', async () => {
    const user = await become({ sudo: 'with-password' })
    const run = await runInTerminal(['write', '--drive', loop.device, '--yes'], {
      ...user,
      typed: [[/Password for nobody: $/, 'kindling\n']],
    })
    expect(run.screen).toContain('Kindling opens the drive as an administrator')
    expect(run.code, run.screen).toBe(0)
    expect((await readDevice(loop.device, world.raw.length)).equals(world.raw)).toBe(true)
  })

  test('takes a closed prompt as a no', async () => {
    const user = await become({ sudo: 'with-password' })
    const run = await runInTerminal(['write', '--drive', loop.device, '--yes'], {
      ...user,
      typed: [[/Password for nobody: $/, '\x04']],
    })
    expect(run.code).toBe(1)
    expect(run.screen).toContain(`Kindling got no permission to open ${loop.device}`)
    expect(run.screen).not.toMatch(/Error|stack/)
  })

  test('stops at Ctrl-C while it is being asked', async () => {
    const user = await become({ sudo: 'with-password' })
    const run = await runInTerminal(['write', '--drive', loop.device, '--yes'], {
      ...user,
      typed: [[/Password for nobody: $/, '\x03']],
    })
    expect(run.code, run.screen).toBe(130)
    expect(run.screen).toContain('Stopped')
    expect(run.screen).toContain('The drive was not changed')
  })

  test('keeps what is asked of it apart from the environment of whoever asks', async () => {
    const user = await become({ sudo: 'without-password' })
    const trap = user.home.file('trap.cjs')
    await writeFile(trap, `require('fs').appendFileSync('${user.home.file('caught')}', process.getuid() + '\\n')`)
    await chmod(trap, 0o644)
    const env = { NODE_OPTIONS: `--require ${trap}`, SUDO_UID: '0' }
    expectDone(await user.kindling(writing(), { env }))
    // The trap works: the program itself and its threads triggered it.
    const caught = await readFile(user.home.file('caught'), 'utf8')
    expect([...new Set(caught.trim().split('\n'))]).toEqual(['65534'])
  })

  test('clears the drive when the program is killed in the middle, and leaves no process', async () => {
    const user = await become({ sudo: 'without-password' })
    await runTool('dd', 'if=/dev/urandom', `of=${loop.device}`, 'bs=1M', 'count=64', 'oflag=direct', 'status=none')
    let root = 0
    let helper: number | undefined
    const run = await user.kindling(writing(), {
      onStart: (_, pid) => (root = pid),
      onEvent: (event) => {
        if (event.event !== 'phase' || event.phase !== 'write') return
        helper = findProgram(root, 'privileged.js')
        process.kill(findProgram(root, 'kindling.js')!, 'SIGKILL')
      },
    })
    expect(run.events.at(-1)!.event).not.toBe('done')
    expect(helper).toBeDefined()
    await expect.poll(() => existsSync(`/proc/${helper}`)).toBe(false)
    const bytes = await readDevice(loop.device, 64 * mib)
    expect(bytes.subarray(0, mib).every((byte) => byte === 0)).toBe(true)
    expect(bytes.subarray(-mib).every((byte) => byte === 0)).toBe(true)
    expectDone(await user.kindling(writing()))
  })

  test('says so when the helper is killed, and the drive does not boot', async () => {
    const user = await become({ sudo: 'without-password' })
    let root = 0
    const run = await user.kindling(writing(), {
      onStart: (_, pid) => (root = pid),
      onEvent: (event) => {
        if (event.event !== 'phase' || event.phase !== 'write') return
        process.kill(findProgram(root, 'privileged.js')!, 'SIGKILL')
      },
    })
    expect(expectFailed(run, 'helper-lost', 1)).toMatchObject({ driveState: 'cleared' })
    expect((await readDevice(loop.device, mib)).every((byte) => byte === 0)).toBe(true)
    expectDone(await user.kindling(writing()))
  })

  test('is refused by the helper, which looks for itself: a drive that carries the system, or is in use', async () => {
    const user = await become({ sudo: 'without-password' })
    const holder = await holdOpen(loop.device, 'O_RDWR')
    try {
      expectFailed(await user.kindling(writing()), 'drive-busy', 3)
    } finally {
      await holder.dispose()
    }
  })
})
