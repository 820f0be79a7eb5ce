import { copyFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeCliWorld, type CliWorld } from '../support/cli-world.ts'
import { makeLoop, type Device } from '../support/devices.ts'
import { expectDone, warningsOf } from '../support/expect-events.ts'
import { privateDirectories } from '../support/private-directories.ts'
import { readDevice } from '../support/read-device.ts'
import { runInTerminal } from '../support/run-in-terminal.ts'
import type { RunOptions } from '../support/run-kindling.ts'
import {
  canBeUnprivileged,
  makeUnprivileged,
  type Unprivileged,
  type UnprivilegedOptions,
} from '../support/unprivileged.ts'

const mib = 1024 * 1024
const missing = canBeUnprivileged()

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

/** A user with these rules, and what runs Kindling as them. */
async function become(options: UnprivilegedOptions) {
  const user = await makeUnprivileged(options)
  users.push(user)
  const keyring = user.home.file('keyring.gpg')
  await copyFile(world.keyringFile, keyring)
  const as = (program: string[]) => user.command(program.map(user.seen))
  const env = { ...privateDirectories(user.home.path), KINDLING_KEYRING: keyring }
  return {
    as,
    env: { ...env, KINDLING_STREAM_BASE_URL: world.baseUrl },
    kindling: (args: string[], more: RunOptions = {}) => world.kindling(args, { ...more, as, env }),
  }
}

const writing = () => ['write', '--drive', loop.device, '--yes', '--json']
const failureOf = (events: { event: string }[]) => events.at(-1)

describe('writing a drive as somebody who may not open it', () => {
  it('asks sudo for rights that need no password, and proves the drive', async () => {
    const user = await become({ sudo: 'without-password' })
    const run = await user.kindling(writing())
    const receipt = expectDone(run)
    expect(receipt.drive).toMatchObject({ state: 'proved', pastCache: true, bytesWritten: world.raw.length })
    expect(warningsOf(run).filter((code) => code !== 'partition-table-not-reread')).toEqual([])
    expect((await readDevice(loop.device, world.raw.length)).equals(world.raw)).toBe(true)
  })

  it('verifies a drive with the same rights', async () => {
    const user = await become({ sudo: 'without-password' })
    expectDone(await user.kindling(writing()))
    expectDone(await user.kindling(['verify', '--drive', loop.device, '--json']))
  })

  it('asks polkit where sudo may not, and proves the drive', async () => {
    const user = await become({ polkit: 'yes' })
    expect(expectDone(await user.kindling(writing())).drive).toMatchObject({ state: 'proved' })
  })

  it('says calmly that nobody may, and leaves the drive untouched', async () => {
    const user = await become({ polkit: 'no' })
    const run = await user.kindling(writing())
    expect(run.code).toBe(1)
    expect(failureOf(run.events)).toMatchObject({ code: 'drive-forbidden', driveState: 'untouched' })
    expect((await readDevice(loop.device, mib)).every((byte) => byte === 0)).toBe(true)
  })

  it('asks on the terminal, where sudo takes the password', async () => {
    const user = await become({ sudo: 'with-password' })
    const run = await runInTerminal(['write', '--drive', loop.device, '--yes'], {
      ...user,
      typed: [[/Password for nobody: $/, 'kindling\n']],
    })
    expect(run.screen).toContain('Kindling opens the drive as an administrator')
    expect(run.code, run.screen).toBe(0)
    expect((await readDevice(loop.device, world.raw.length)).equals(world.raw)).toBe(true)
  })

  it('takes a closed prompt as a no', async () => {
    const user = await become({ sudo: 'with-password' })
    const run = await runInTerminal(['write', '--drive', loop.device, '--yes'], {
      ...user,
      typed: [[/Password for nobody: $/, '\x04']],
    })
    expect(run.code).toBe(1)
    expect(run.screen).toContain(`Kindling was not allowed to open ${loop.device}`)
    expect(run.screen).not.toMatch(/Error|stack/)
  })
})
