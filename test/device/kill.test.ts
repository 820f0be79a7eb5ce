import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { makeCliWorld, makeOldBytes, type CliWorld } from '../support/worlds/cli-world.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectDone } from '../support/expect/expect-events.ts'
import {
  chooseMoments,
  expectNothingUnproved,
  expectTrueCache,
  killAt,
  type KillMoment,
} from '../support/faults/kill-moments.ts'
import { inLanes } from '../support/faults/lanes.ts'
import { testWith } from '../support/run/needs.ts'
import { makeRandom } from '../support/images/random-bytes.ts'
import type { RunOptions } from '../support/worlds/run-kindling.ts'
import { makeServedDrive, type ServedDrive } from '../support/drives/served-drive.ts'
import { rounds, seed } from '../support/run/tier.ts'
import { mib } from '../support/files/mib.ts'

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 6 * mib })
})
afterAll(() => world.dispose())

/** Creates a drive, an image with its own URL, and a cache for a series of kills. */
async function makeLane() {
  const drive = await makeServedDrive(makeOldBytes(10 * mib))
  const url = await world.serve('image.raw.xz', world.rawXz)
  const sha256 = createHash('sha256').update(world.rawXz).digest('hex')
  let cache = world.path('cache')
  return {
    drive,
    url,
    get images() {
      return join(cache, 'kindling/images')
    },
    /** Switches to an empty cache. */
    forget() {
      cache = world.path('cache')
    },
    write: (options: RunOptions = {}) =>
      world.kindling(['write', '-u', url, '--sha256', sha256, '--drive', drive.device, '--yes', '--json'], {
        ...options,
        env: { XDG_CACHE_HOME: cache },
      }),
    dispose: () => drive.dispose(),
  }
}
type Lane = Awaited<ReturnType<typeof makeLane>>

const refill = ({ bytes }: ServedDrive) => {
  bytes.set(makeOldBytes(bytes.length))
  return Buffer.from(bytes)
}

/** Kills the program when the drive reaches a given moment. */
async function killWriting(lane: Lane, moment: KillMoment): Promise<void> {
  const { drive } = lane
  const before = refill(drive)
  let killed = false
  const run = await lane.write({
    onStart: (stop) => {
      drive.behaviour = killAt(moment, drive.bytes, () => {
        killed = true
        stop('SIGKILL')
      })
    },
  })
  drive.behaviour = {}
  if (!killed) {
    // The number of requests in a step differs between runs. This run had fewer.
    expectDone(run)
    return killWriting(lane, { ...moment, request: Math.floor(moment.request / 2) })
  }
  expect(run.signal, run.stdout).toBe('SIGKILL')
  expectNothingUnproved(drive.bytes, before, world.raw)
}

/** Kills the program after a given number of image bytes has arrived. */
async function killFetching(lane: Lane, afterBytes: number) {
  const { drive, url } = lane
  lane.forget()
  const before = refill(drive)
  world.mirror.fault(url, { kind: 'stall', afterBytes })
  try {
    const run = await lane.write({ onStart: (stop) => void world.mirror.stalled(url).then(() => stop('SIGKILL')) })
    expect(run.signal).toBe('SIGKILL')
  } finally {
    world.mirror.clearFaults(url)
  }
  expectNothingUnproved(drive.bytes, before, world.raw)
}

async function expectNextSucceeds(lane: Lane) {
  const before = refill(lane.drive)
  expect(expectDone(await lane.write()).drive?.state).toBe('proved')
  expectDriveState('proved', { before, after: lane.drive.bytes, image: world.raw })
}

describe('SIGKILL of the program', () => {
  const [kills, fetching, lanes] = [rounds(10, 100), rounds(2, 20), 2]

  testWith(
    ['fuse'],
    `at ${kills} moments: nothing unproved boots, no cache lies, the next run succeeds`,
    async () => {
      const follow = async (lane: Lane) => {
        const random = makeRandom(seed)
        // Record one full run first, so that the moments are real ones.
        lane.drive.requests.length = 0
        await expectNextSucceeds(lane)
        const moments: (KillMoment | { afterBytes: number })[] = chooseMoments(
          lane.drive.requests,
          kills - fetching,
          seed,
        )
        for (let turn = 0; turn < fetching; turn++)
          moments.splice(random() % moments.length, 0, { afterBytes: random() % world.rawXz.length })
        return moments
      }
      await inLanes({ count: lanes, make: makeLane, follow }, async (lane, moment, turn) => {
        await ('afterBytes' in moment ? killFetching(lane, moment.afterBytes) : killWriting(lane, moment))
        await expectTrueCache(lane.images)
        if (turn % 8 === 0 || turn >= kills - lanes) await expectNextSucceeds(lane)
      })
    },
    540_000,
  )
})
