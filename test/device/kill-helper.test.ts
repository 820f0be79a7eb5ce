import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DriveState } from '../../src-shared/drive-state.ts'
import { makeCliWorld, makeOldBytes, type CliWorld } from '../support/worlds/cli-world.ts'
import { findProgram } from '../support/programs/descendants.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed, warningsOf } from '../support/expect/expect-events.ts'
import {
  chooseMoments,
  expectNothingUnproved,
  expectTrueCache,
  killAt,
  type KillMoment,
} from '../support/faults/kill-moments.ts'
import { inLanes } from '../support/faults/lanes.ts'
import { lacking } from '../support/run/needs.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import type { Run, RunOptions } from '../support/worlds/run-kindling.ts'
import { makeServedDrive } from '../support/drives/served-drive.ts'
import { rounds, seed } from '../support/run/tier.ts'
import { makeUnprivileged } from '../support/programs/unprivileged.ts'
import { mib } from '../support/files/mib.ts'

const [helperKills, programKills, lanes] = [rounds(4, 100), rounds(2, 100), 2]
const missing = lacking('fuse', 'loop', 'sudo', 'pkexec')

let world: CliWorld
beforeAll(async () => {
  if (missing === null) world = await makeCliWorld({ imageSize: 6 * mib })
})
afterAll(() => world?.dispose())
beforeEach((context) => {
  if (missing !== null) context.skip(missing)
})

/** Creates an unprivileged user, a cache, and a drive for a series of kills. */
async function makeLane() {
  const user = await makeUnprivileged({ sudo: 'without-password' })
  const drive = await makeServedDrive(makeOldBytes(10 * mib))
  const keyring = user.home.file('keyring.gpg')
  await copyFile(world.keyringFile, keyring)
  const env = { ...privateDirectories(user.home.path), KINDLING_KEYRING: keyring }
  const url = await world.serve('image.raw.xz', world.rawXz)
  const sha256 = createHash('sha256').update(world.rawXz).digest('hex')
  return {
    drive,
    images: join(user.home.path, 'cache/kindling/images'),
    write: (options: RunOptions = {}) =>
      world.kindling(['write', '-u', url, '--sha256', sha256, '--drive', drive.device, '--yes', '--json'], {
        ...options,
        as: (program) => user.command(program.map(user.seen)),
        env,
      }),
    async dispose() {
      await drive.dispose()
      await user.dispose()
    },
  }
}
type Lane = Awaited<ReturnType<typeof makeLane>>

/** Kills one of the two programs when the drive reaches a given moment. */
async function killWriting(
  lane: Lane,
  moment: KillMoment,
  program: 'privileged.js' | 'kindling.js',
): Promise<{ run: Run; before: Buffer; state: DriveState }> {
  const { drive } = lane
  drive.bytes.set(makeOldBytes(drive.bytes.length))
  const before = Buffer.from(drive.bytes)
  let helper: number | undefined
  const run = await lane.write({
    onStart: (_, root) => {
      drive.behaviour = killAt(moment, drive.bytes, () => {
        helper = findProgram(root, 'privileged.js')
        process.kill(findProgram(root, program)!, 'SIGKILL')
      })
    },
  })
  // The helper of a killed program clears the drive and exits.
  await expect.poll(() => existsSync(`/proc/${helper}`)).toBe(false)
  drive.behaviour = {}
  if (helper === undefined) {
    // The number of requests in a step differs between runs. This run had fewer.
    expectDone(run)
    return killWriting(lane, { ...moment, request: Math.floor(moment.request / 2) }, program)
  }
  expectNothingUnproved(drive.bytes, before, world.raw)
  await expectTrueCache(lane.images)
  const isUntouched = drive.bytes.equals(before)
  const isCleared = drive.bytes.subarray(0, mib).every((byte) => byte === 0)
  return { run, before, state: isUntouched ? 'untouched' : isCleared ? 'cleared' : 'unknown' }
}

async function killHelper(lane: Lane, moment: KillMoment) {
  const { run, before, state } = await killWriting(lane, moment, 'privileged.js')
  if (run.code === 0) {
    // Everything was proved; only closing the drive is missing.
    expect(expectDone(run).drive?.state).toBe('proved')
    expect(warningsOf(run)).toContain('drive-not-closed')
    return expectDriveState('proved', { before, after: lane.drive.bytes, image: world.raw })
  }
  const told = expectFailed(run, 'helper-lost', 1).driveState
  expect([state, 'unknown'], 'what was told of the drive is true').toContain(told)
}

async function killProgram(lane: Lane, moment: KillMoment) {
  const { run, state } = await killWriting(lane, moment, 'kindling.js')
  expect(run.events.at(-1)!.event).not.toBe('done')
  expect(state, 'what the helper left').toBe(moment.step === 'before' ? 'untouched' : 'cleared')
}

test.each([
  ['the helper', helperKills, killHelper],
  ['the program above it', programKills, killProgram],
] as const)(
  'SIGKILL of %s, at %i moments: nothing unproved boots, no cache lies, the next run succeeds',
  async (_, kills, kill) => {
    const follow = async (lane: Lane) => {
      // Record one full run first, so that the moments are real ones.
      lane.drive.requests.length = 0
      expectDone(await lane.write())
      return chooseMoments(lane.drive.requests, kills, seed)
    }
    await inLanes({ count: lanes, make: makeLane, follow }, async (lane, moment, turn) => {
      await kill(lane, moment)
      if (turn % 10 === 0 || turn === kills - 1) expectDone(await lane.write())
    })
  },
  900_000,
)
