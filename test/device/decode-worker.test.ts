import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Failure } from '../../src-shared/failure.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { xz, zst } from '../support/images/compress.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { noteFailure } from '../support/faults/fault-matrix.ts'
import { expectTrueCache } from '../support/faults/kill-moments.ts'
import { inLanes } from '../support/faults/lanes.ts'
import { makeSlowXz } from '../support/images/slow-xz.ts'
import { makeRandom } from '../support/images/random-bytes.ts'
import { buildOut } from '../support/run/build-out.ts'
import { testWith } from '../support/run/needs.ts'
import { isSoak, rounds, seed } from '../support/run/tier.ts'
import { kindlingProgram } from '../support/worlds/run-kindling.ts'
import { mib } from '../support/files/mib.ts'

const [kills, lanes] = [rounds(2, 100), rounds(1, 2)]
const preload = pathToFileURL(resolve(import.meta.dirname, '../support/faults/dying-threads.mjs')).href

/**
 * Ways for a thread to die. `terminate` comes from outside, in the middle of its work, the others
 * from inside.
 */
const usualDeaths = ['error', 'terminate'] as const
const deaths = [...usualDeaths, ...(isSoak ? (['exit', 'memory'] as const) : [])]
interface Death {
  of: (typeof deaths)[number]
  /**
   * Number of messages to and from the threads before the death. The thread that the next message
   * concerns dies.
   */
  message: number
  /** Whether to start with an empty cache. */
  cold: boolean
}

let world: CliWorld
let image: Buffer
let compressed: Buffer
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 6 * mib })
  // There is a second thread once the drive has waited for more pieces than its queue has. It gets
  // enough blocks to be killed in any of them.
  const slow = await makeSlowXz(mib, 40)
  image = Buffer.concat([world.raw, slow.raw])
  compressed = Buffer.concat([await xz(world.raw, { blockSize: '1MiB' }), slow.bytes])
})
afterAll(() => world.dispose())

/** Creates a drive, an image with its own URL, and a cache. */
async function makeLane() {
  const drive = await world.makeDrive(image.length + mib)
  const url = await world.serve('image.raw.xz', compressed)
  const sha256 = createHash('sha256').update(compressed).digest('hex')
  let cache = world.path('cache')
  return {
    drive,
    get images() {
      return join(cache, 'kindling/images')
    },
    forget() {
      cache = world.path('cache')
    },
    async write(env: Record<string, string> = {}) {
      await writeFile(drive.path, drive.before)
      return world.kindling(['write', '-u', url, '--sha256', sha256, '--drive', drive.path, '--yes', '--json'], {
        env: { XDG_CACHE_HOME: cache, ...env },
      })
    },
    async dispose() {},
  }
}
type Lane = Awaited<ReturnType<typeof makeLane>>

const preloaded = (of: string) => ({ NODE_OPTIONS: `--import=${preload}`, DIES_OF: of })

/** Picks random moments from the messages of real runs, evenly across the threads. */
async function chooseDeaths(lane: Lane): Promise<Death[]> {
  const random = makeRandom(seed)
  const pick = <T>(from: readonly T[]) => from[random() % from.length]!
  /** Returns the message numbers of each thread of a run in which no thread dies. */
  async function record(of: Death['of']): Promise<number[][]> {
    const file = world.path(`notes-${of}`)
    expectDone(await lane.write({ ...preloaded(of), DIES_NOTES: file }))
    const lines = (await readFile(file, 'utf8')).trim().split('\n')
    const notes = lines.map((line) => line.split(' ').map(Number) as [number, number])
    const threads = [...new Set(notes.map(([thread]) => thread))].toSorted((a, b) => a - b)
    return threads.map((each) => notes.flatMap(([thread, message]) => (thread === each ? [message] : [])))
  }
  // Messages are counted at the place of the death: in the thread, or outside.
  const [outside, inside] = [await record('terminate'), await record('exit')]
  return Array.from({ length: kills }, (_, turn) => {
    // A thread takes a second to run out of memory, so do this rarely.
    const of = isSoak && turn % 25 === 0 ? 'memory' : deaths[turn % 3]!
    const messages = pick(of === 'terminate' ? outside : inside)
    // With one death of each way, each comes while the drive is written.
    const message = isSoak ? pick(messages) : pick(messages.slice(messages.length / 2))
    return { of, message, cold: random() % 2 === 0 }
  })
}

/** The result of the latest moment for each way to die. */
const latest = new Map<Death['of'], { message: number; failure: Failure }>()

async function killThread(lane: Lane, death: Death): Promise<void> {
  const { of, message, cold } = death
  if (cold) lane.forget()
  const run = await lane.write({ ...preloaded(of), DIES_AT: String(message) })
  // The job was already finished when that message came.
  if (run.code === 0 && message > 0) return killThread(lane, { ...death, message: Math.floor(message / 2) })
  const failure = expectFailed(run, 'internal', 1)
  expectDriveState(failure.driveState, { before: lane.drive.before, after: await lane.drive.read() })
  await expectTrueCache(lane.images)
  if (failure.driveState === 'cleared' && message > (latest.get(of)?.message ?? -1))
    latest.set(of, { message, failure })
}

test('a decoder thread that dies, one of several, at random moments: an internal failure, no hang, no cache lies, and the next run succeeds', async ({
  task,
}) => {
  await inLanes({ count: lanes, make: makeLane, follow: chooseDeaths }, async (lane, death, turn) => {
    await killThread(lane, death)
    if (turn % 10 !== 0 && turn !== kills - 1) return
    expect(expectDone(await lane.write()).drive?.state).toBe('proved')
    expectDriveState('proved', { before: lane.drive.before, after: await lane.drive.read(), image })
  })
  expect([...latest.keys()].toSorted()).toEqual(deaths.toSorted())
  for (const of of usualDeaths) noteFailure(task, `a decode worker dies (${of})`, latest.get(of)!.failure)
}, 900_000)

testWith(['command:zstd'], 'a decoder that the program has lost is no fault of the image', async () => {
  buildOut()
  const directory = await mkdtemp(resolve(kindlingProgram, '../../test-lost-'))
  try {
    const isKept = (path: string) => !/\.map$|decode-zst/.test(path)
    await cp(dirname(kindlingProgram), directory, { recursive: true, filter: isKept })
    const drive = await world.makeDrive()
    const file = await world.save('image.raw.zst', await zst(world.raw))
    const run = await world.kindling(['write', '--image-file', file, '--drive', drive.path, '--yes', '--json'], {
      as: ([node, , ...args]) => [node!, join(directory, 'kindling.js'), ...args],
    })
    const failure = expectFailed(run, 'internal', 1)
    expectDriveState(failure.driveState, { before: drive.before, after: await drive.read() })
  } finally {
    await rm(directory, { recursive: true })
  }
})
