import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Failure } from '../../src-shared/failure.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { xz } from '../support/images/compress.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed } from '../support/expect-events.ts'
import { noteFailure } from '../support/fault-matrix.ts'
import { expectTrueCache } from '../support/kill-moments.ts'
import { inLanes } from '../support/lanes.ts'
import { makeRandom } from '../support/images/random-bytes.ts'
import { rounds, seed } from '../support/tier.ts'

const mib = 1024 * 1024
const [kills, lanes] = [rounds(12, 100), 2]
const preload = pathToFileURL(resolve(import.meta.dirname, '../support/dying-threads.mjs')).href

/** `exit`, `error` and `memory` come from within the thread, `terminate` from without, in the middle of what it does. */
const deaths = ['exit', 'terminate', 'error', 'memory'] as const
interface Death {
  of: (typeof deaths)[number]
  /** So many messages to and from the threads came before; the thread of the next one dies. */
  message: number
  /** Nothing is kept of an earlier job. */
  cold: boolean
}

let world: CliWorld
let compressed: Buffer
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 6 * mib })
  // A block for each of several threads, and for each again.
  compressed = await xz(world.raw, { blockSize: '1MiB' })
})
afterAll(() => world.dispose())

/** An image at an address of its own, a cache and a drive. */
async function makeLane() {
  const drive = await world.makeDrive()
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

/** Chooses by chance from the messages of real runs, as many of each thread. */
async function chooseDeaths(lane: Lane): Promise<Death[]> {
  const random = makeRandom(seed)
  const pick = <T>(from: readonly T[]) => from[random() % from.length]!
  /** Of each thread. */
  const messages: Record<string, number[][]> = {}
  for (const of of deaths) {
    const file = world.path(`notes-${of}`)
    expectDone(await lane.write({ ...preloaded(of), DIES_NOTES: file }))
    const lines = (await readFile(file, 'utf8')).trim().split('\n')
    const notes = lines.map((line) => line.split(' ').map(Number) as [number, number])
    const threads = [...new Set(notes.map(([thread]) => thread))].toSorted((a, b) => a - b)
    messages[of] = threads.map((each) => notes.flatMap(([thread, message]) => (thread === each ? [message] : [])))
  }
  return Array.from({ length: kills }, (_, turn) => {
    // Running out of memory takes a thread a second.
    const of = turn % 25 === 0 ? 'memory' : deaths[turn % 3]!
    return { of, message: pick(pick(messages[of]!)), cold: random() % 2 === 0 }
  })
}

/** What the last of the moments came to, for each way to die. */
const latest = new Map<Death['of'], { message: number; failure: Failure }>()

async function killThread(lane: Lane, death: Death): Promise<void> {
  const { of, message, cold } = death
  if (cold) lane.forget()
  const run = await lane.write({ ...preloaded(of), DIES_AT: String(message) })
  // All was done when that message came.
  if (run.code === 0 && message > 0) return killThread(lane, { ...death, message: Math.floor(message / 2) })
  const failure = expectFailed(run, 'internal', 1)
  expectDriveState(failure.driveState, { before: lane.drive.before, after: await lane.drive.read() })
  await expectTrueCache(lane.images)
  if (failure.driveState === 'cleared' && message > (latest.get(of)?.message ?? -1))
    latest.set(of, { message, failure })
}

it('a decoder thread that dies, one of several, at random moments: an internal failure, no hang, no cache lies, and the next run succeeds', async ({
  task,
}) => {
  await inLanes({ count: lanes, make: makeLane, follow: chooseDeaths }, async (lane, death, turn) => {
    await killThread(lane, death)
    if (turn % 10 !== 0 && turn !== kills - 1) return
    expect(expectDone(await lane.write()).drive?.state).toBe('proved')
    expectDriveState('proved', { before: lane.drive.before, after: await lane.drive.read(), image: world.raw })
  })
  expect([...latest.keys()].toSorted()).toEqual(deaths.toSorted())
  for (const of of deaths) noteFailure(task, `a decode worker dies (${of})`, latest.get(of)!.failure)
}, 900_000)
