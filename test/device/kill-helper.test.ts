import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { DriveState } from '../../src-shared/drive-state.ts'
import { makeCliWorld, makeOldBytes, type CliWorld } from '../support/cli-world.ts'
import { findProgram } from '../support/descendants.ts'
import { expectDone, expectFailed } from '../support/expect-events.ts'
import { chooseMoments, expectNothingUnproved, killAt, type KillMoment } from '../support/kill-moments.ts'
import { privateDirectories } from '../support/private-directories.ts'
import type { Run, RunOptions } from '../support/run-kindling.ts'
import { canServeDrives, makeServedDrive, type ServedDrive } from '../support/served-drive.ts'
import { canBeUnprivileged, makeUnprivileged, type Unprivileged } from '../support/unprivileged.ts'

const mib = 1024 * 1024
const [kills, seed] = [24, 21]
const missing = canServeDrives() ?? canBeUnprivileged()

let world: CliWorld
let user: Unprivileged
let drive: ServedDrive
let env: Record<string, string>
let source: string[]
beforeAll(async () => {
  if (missing !== null) return
  world = await makeCliWorld({ imageSize: 6 * mib })
  user = await makeUnprivileged({ sudo: 'without-password' })
  drive = await makeServedDrive(makeOldBytes(10 * mib))
  const keyring = user.home.file('keyring.gpg')
  await copyFile(world.keyringFile, keyring)
  env = { ...privateDirectories(user.home.path), KINDLING_KEYRING: keyring }
  const url = await world.serve('image.raw.xz', world.rawXz)
  source = ['-u', url, '--sha256', createHash('sha256').update(world.rawXz).digest('hex')]
})
afterAll(async () => {
  await drive?.dispose()
  await user?.dispose()
  await world?.dispose()
})
beforeEach((context) => {
  if (missing !== null) context.skip(missing)
})

const write = (options: RunOptions = {}) =>
  world.kindling(['write', ...source, '--drive', drive.device, '--yes', '--json'], {
    ...options,
    as: (program) => user.command(program.map(user.seen)),
    env,
  })

/** Writes as somebody without rights, and kills one of the two programs when the drive sees a moment. */
async function killWriting(
  moment: KillMoment,
  program: 'privileged.js' | 'kindling.js',
): Promise<{ run: Run; state: DriveState }> {
  drive.bytes.set(makeOldBytes(drive.bytes.length))
  const before = Buffer.from(drive.bytes)
  let helper: number | undefined
  const run = await write({
    onStart: (_, root) => {
      drive.behaviour = killAt(moment, drive.bytes, () => {
        helper = findProgram(root, 'privileged.js')
        process.kill(findProgram(root, program)!, 'SIGKILL')
      })
    },
  })
  // The helper of a program that was killed clears the drive, and goes.
  await expect.poll(() => existsSync(`/proc/${helper}`), { timeout: 10_000 }).toBe(false)
  drive.behaviour = {}
  if (helper === undefined) {
    // How many requests a step has differs from run to run: this one had fewer.
    expectDone(run)
    return killWriting({ ...moment, request: Math.floor(moment.request / 2) }, program)
  }
  expectNothingUnproved(drive.bytes, before, world.raw)
  const isUntouched = drive.bytes.equals(before)
  const isCleared = drive.bytes.subarray(0, mib).every((byte) => byte === 0)
  return { run, state: isUntouched ? 'untouched' : isCleared ? 'cleared' : 'unknown' }
}

it(`SIGKILL of the helper, or of the program above it, at ${kills} moments: nothing unproved boots`, async () => {
  drive.requests.length = 0
  expectDone(await write())
  for (const [turn, moment] of chooseMoments(drive.requests, kills, seed).entries())
    try {
      if (turn % 2 === 0) {
        const { run, state } = await killWriting(moment, 'privileged.js')
        const told = expectFailed(run, 'helper-lost', 1).driveState
        expect([state, 'unknown'], 'what was told of the drive is true').toContain(told)
      } else {
        const { run, state } = await killWriting(moment, 'kindling.js')
        expect(run.events.at(-1)!.event).not.toBe('done')
        expect(state, 'what the helper left').toBe(moment.step === 'before' ? 'untouched' : 'cleared')
      }
    } catch (error) {
      throw new Error(`at the moment ${JSON.stringify(moment)}`, { cause: error })
    }
  expectDone(await write())
}, 300_000)
