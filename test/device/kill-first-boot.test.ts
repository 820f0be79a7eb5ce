import { afterAll, beforeAll, expect } from 'vitest'
import { makeServedDrive, errno, type Behaviour } from '../support/drives/served-drive.ts'
import { followSteps } from '../support/drives/write-steps.ts'
import { expectDone } from '../support/expect-events.ts'
import { makeBootImage, type BootImage } from '../support/images/boot-image.ts'
import { makeRandom } from '../support/images/random-bytes.ts'
import { inLanes } from '../support/lanes.ts'
import { describeWith, testWith } from '../support/needs.ts'
import { rounds, seed } from '../support/tier.ts'
import type { RunOptions } from '../support/worlds/run-kindling.ts'
import { makeCliWorld, makeOldBytes, type CliWorld } from '../support/worlds/cli-world.ts'

const mib = 1024 * 1024

/**
 * Finds the edits of a first boot among the requests to a drive: from the first write behind the
 * first MiB after the image is written.
 */
function followEdits() {
  const follow = followSteps()
  let isEditing = false
  return (request: Parameters<typeof follow>[0]) => {
    const { step } = follow(request)
    isEditing ||= step === 'read back' && request.kind === 'write' && request.offset >= mib
    return isEditing
  }
}

interface Moment {
  /** Number of requests since the first edit. */
  request: number
  /** Share of that request that the drive stores. */
  share: number
}

describeWith(['command:mke2fs'], 'SIGKILL of the program during the edits of a first boot', () => {
  const [kills, lanes] = [rounds(4, 30), 2]
  let world: CliWorld
  let made: BootImage
  let [source, config]: string[] = []
  beforeAll(async () => {
    world = await makeCliWorld()
    made = await makeBootImage()
    source = await world.save('metal.raw', made.image)
    config = await world.save('config.ign', Buffer.from('{"ignition":{"version":"3.4.0"}}'), null)
  })
  afterAll(() => world.dispose())

  async function makeLane() {
    const drive = await makeServedDrive(makeOldBytes(made.image.length + mib))
    const order = ['write', '--image-file', source!, '--drive', drive.device, '--yes', '--json']
    return {
      drive,
      write: (options: RunOptions = {}) =>
        world.kindling([...order, '-i', config!, '--no-login', '--append-karg', 'quiet'], options),
      dispose: () => drive.dispose(),
    }
  }
  type Lane = Awaited<ReturnType<typeof makeLane>>
  /** The drive with its whole first boot, from a run that was not killed. */
  let complete: Buffer

  async function killEditing(lane: Lane, moment: Moment): Promise<void> {
    const { drive } = lane
    drive.bytes.set(makeOldBytes(drive.bytes.length))
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
      // The number of requests differs between runs. This run had fewer.
      expectDone(run)
      return killEditing(lane, { ...moment, request: Math.floor(moment.request / 2) })
    }
    expect(run.signal, run.stdout).toBe('SIGKILL')
    expectNothingHalfEdited(drive.bytes)
  }

  /** Checks that the first sectors are zeros, unless everything behind them is complete. */
  function expectNothingHalfEdited(bytes: Buffer): void {
    if (bytes.subarray(0, 4096).every((byte) => byte === 0)) return
    const [behind, expected] = [bytes, complete].map((each) => requireEdits(each.subarray(0, made.image.length)))
    expect(behind!.subarray(4096).equals(expected!.subarray(4096)), 'all edits are complete').toBe(true)
  }

  /** Requires the config and the edited entry. Leaves out their file system, whose times differ. */
  function requireEdits(bytes: Buffer): Buffer {
    const { start, end } = made.boot
    const boot = bytes.subarray(start, end)
    for (const part of ['{"ignition":{"version":"3.4.0"}}', ' rw quiet\n'])
      expect(boot.includes(part), `${part} is there`).toBe(true)
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
  }

  testWith(
    ['fuse'],
    `at ${kills} moments: a drive with half of the edits does not boot, and the next run succeeds`,
    async () => {
      const follow = async (lane: Lane) => {
        lane.drive.requests.length = 0
        expectDone(await lane.write())
        complete = Buffer.from(lane.drive.bytes)
        const edits = lane.drive.requests.filter(followEdits())
        expect(edits.filter(({ kind }) => kind === 'write').length).toBeGreaterThan(3)
        const random = makeRandom(seed)
        return Array.from({ length: kills }, () => ({
          request: random() % edits.length,
          share: [0, 0.5, 1][random() % 3]!,
        }))
      }
      await inLanes({ count: lanes, make: makeLane, follow }, async (lane, moment, turn) => {
        await killEditing(lane, moment)
        if (turn % 8 === 0) expect(expectDone(await lane.write()).drive!.state).toBe('proved')
      })
    },
    540_000,
  )
})

/** Returns the behaviour of a drive that calls `kill` at a moment of the edits. */
function killAt({ request: at, share }: Moment, bytes: Buffer, kill: () => void): Behaviour {
  const isEdit = followEdits()
  let [seen, killed] = [0, false]
  return {
    before(request, part) {
      if (!isEdit(request) || killed || seen++ < at) return
      killed = true
      kill()
      if (request.kind === 'write') {
        const stored = Math.floor((request.length * share) / 512) * 512
        part.copy(bytes, request.offset, 0, stored)
      }
      return errno.EIO
    },
  }
}
