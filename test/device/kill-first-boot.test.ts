import { afterAll, beforeAll, describe, expect } from 'vitest'
import { makeServedDrive, errno, type Behaviour } from '../support/drives/served-drive.ts'
import { followSteps } from '../support/drives/write-steps.ts'
import { expectDone } from '../support/expect/expect-events.ts'
import { makeBootImage } from '../support/images/boot-image.ts'
import { makeLiveIso } from '../support/images/live-iso.ts'
import { makeNoise, makeRandom } from '../support/images/random-bytes.ts'
import { inLanes } from '../support/faults/lanes.ts'
import { testWith, type Need } from '../support/run/needs.ts'
import { rounds, seed } from '../support/run/tier.ts'
import type { RunOptions } from '../support/worlds/run-kindling.ts'
import { makeCliWorld, makeOldBytes, type CliWorld } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

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

const config = '{"ignition":{"version":"3.3.0"}}'

/** Image with the options of a first boot. */
interface Kind {
  image: Buffer
  /** Options, with the path of a config. */
  options(config: string): string[]
  /** Returns the bytes of a drive that are the same after each run, and requires the others. */
  requireEdits(bytes: Buffer): Buffer
}

const kinds: [string, Need[], () => Promise<Kind>][] = [
  [
    'a metal image',
    ['command:mke2fs'],
    async () => {
      const { image, boot } = await makeBootImage()
      return {
        image,
        options: (file) => ['-i', file, '--append-karg', 'quiet'],
        requireEdits(bytes) {
          // Times in the file system differ.
          for (const part of [config, ' rw quiet\n'])
            expect(bytes.subarray(boot.start, boot.end).includes(part), `${part} is there`).toBe(true)
          return Buffer.concat([bytes.subarray(0, boot.start), bytes.subarray(boot.end)])
        },
      }
    },
  ],
  [
    'a live ISO',
    ['command:xorriso'],
    async () => {
      // xorriso places files by their names: the areas for settings lie behind the first MiB.
      const { image } = await makeLiveIso({ change: (files) => (files['AAA/filler.img'] = makeNoise(2 * mib, 9)) })
      return {
        image,
        options: (file) => ['--live-ignition', file, '--live-karg-append', 'quiet'],
        requireEdits: (bytes) => bytes,
      }
    },
  ],
]

describe.each(kinds)('SIGKILL of the program during the edits of a first boot of %s', (_, needs, makeKind) => {
  const [kills, lanes] = [rounds(2, 30), 2]
  let world: CliWorld
  let kind: Kind
  let [source, given]: string[] = []
  beforeAll(async () => {
    world = await makeCliWorld()
    kind = await makeKind()
    source = await world.save('image', kind.image)
    given = await world.save('config.ign', Buffer.from(config), null)
  })
  afterAll(() => world.dispose())

  async function makeLane() {
    const drive = await makeServedDrive(makeOldBytes(kind.image.length + mib))
    const order = ['write', '--image-file', source!, '--drive', drive.device, '--yes', '--json', '--no-login']
    return {
      drive,
      write: (options: RunOptions = {}) => world.kindling([...order, ...kind.options(given!)], options),
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
    const [behind, expected] = [bytes, complete].map((each) =>
      kind.requireEdits(each.subarray(0, kind.image.length)).subarray(4096),
    )
    expect(behind!.equals(expected!), 'all edits are complete').toBe(true)
  }

  testWith(
    ['fuse', ...needs],
    `at ${kills} moments: a drive with half of the edits does not boot, and the next run succeeds`,
    async () => {
      const follow = async (lane: Lane) => {
        lane.drive.requests.length = 0
        expectDone(await lane.write())
        complete = Buffer.from(lane.drive.bytes)
        const edits = lane.drive.requests.filter(followEdits())
        expect(edits.filter(({ kind }) => kind === 'write').length).toBeGreaterThanOrEqual(3)
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
