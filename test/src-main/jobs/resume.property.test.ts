import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Ports } from '../../../src-main/ports.ts'
import type { JobEvent } from '../../../src-shared/job.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { startMirror, type Fault, type Mirror } from '../../support/mirror/mirror.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'
import { readParts } from '../../support/files/read-parts.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { runs } from '../../support/run/tier.ts'
import { mib } from '../../support/files/mib.ts'

// A download may be interrupted and disturbed at any time. It must end with the right bytes or with
// a failure that has a code. If nothing changed, no byte is transferred twice.

// A note is written after 1 MiB, and the next after 2 MiB.
const size = 2 * mib + 512_345
const versions = [makeNoise(size, 1), makeNoise(size, 2), makeNoise(size - 777, 3)]
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const sums = versions.map(sha256Of)

/** An event during one attempt, or after it. */
type Step =
  /** The connection ends after this many bytes, and the job fails. */
  | { kind: 'cut'; afterBytes: number }
  /** The process is killed after this many bytes. */
  | { kind: 'kill'; afterBytes: number }
  | { kind: 'change'; version: number }
  | { kind: 'no-etag' | 'no-validators' | 'no-range' | 'no-length' | 'two-cuts' }
  | { kind: 'corrupt' | 'truncate' | 'extend'; at: number }

const somewhere = fc.integer({ min: 0, max: size - 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('cut' as const), afterBytes: somewhere }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('kill' as const), afterBytes: fc.integer({ min: 2, max: size - 1 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('change' as const), version: fc.constantFrom(0, 1, 2) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('no-etag' as const, 'no-validators', 'no-range', 'no-length', 'two-cuts'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('corrupt' as const, 'truncate', 'extend'), at: somewhere }),
  },
)

let mirror: Mirror
let testPorts: TestPorts
let home: TemporaryDirectory
let ports: Ports
beforeAll(async () => {
  mirror = await startMirror()
  testPorts = await makeTestPorts()
  home = await makeTemporaryDirectory()
  ports = testPorts.ports
})
afterAll(async () => {
  await mirror?.close()
  await testPorts?.dispose()
  await home?.dispose()
})

/**
 * Copies a directory. Notes are replaced meanwhile, so the copy is repeated until no file
 * disappeared during it.
 */
async function snapshot(directory: string, copy: string): Promise<void> {
  for (let isWhole = false; !isWhole;) {
    await rm(copy, { recursive: true, force: true })
    isWhole = await cp(directory, copy, { recursive: true }).then(
      () => true,
      (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? false : Promise.reject(error)),
    )
  }
}

let worlds = 0

/** Makes a download with its own directory and its own URL. */
async function makeWorld() {
  const name = `image-${++worlds}.raw`
  const directory = home.file(`world-${worlds}`)
  await mkdir(directory)
  let version = 0
  const url = await mirror.put(name, versions[version]!)
  const noEtag: Fault[] = []

  const attempt = (faults: Fault[], fetchRetries = 0) => {
    mirror.fault(name, ...noEtag, ...faults)
    return runJobHere(ports, {
      job: 'download',
      // The expected hash does not change, so the download must fail once the server has another
      // file.
      source: { image: { kind: 'url', url }, sha256: sums[0]!, fetchRetries },
      directory,
    }).then((events) => events.at(-1)!)
  }

  /**
   * Imitates a killed process: leaves a copy of its directory from the middle of the download, with
   * the claim of a process that no longer exists.
   */
  async function kill(afterBytes: number) {
    mirror.fault(name, ...noEtag, { kind: 'stall', afterBytes })
    const copy = `${directory}-killed`
    // A job may end before the mirror stalls. The stall of a later job must not copy for this one.
    let [isOver, copied] = [false, Promise.resolve()]
    const copyAndStop = async (cancel: () => void) => {
      if (isOver) return
      copied = snapshot(directory, copy)
      await copied
      cancel()
    }
    const ended = runJobHere(
      ports,
      { job: 'download', source: { image: { kind: 'url', url }, sha256: sums[0]!, fetchRetries: 0 }, directory },
      (event, cancel) => {
        if (event.event === 'phase' && event.phase === 'signature')
          void mirror.stalled(name).then(() => copyAndStop(cancel))
      },
    )
    const last = (await ended).at(-1)!
    isOver = true
    await copied
    if (last.event === 'done') return last
    const names = await readdir(copy).catch(() => [])
    if (!names.some((each) => each.endsWith('.partial'))) return last
    await rm(directory, { recursive: true })
    await mkdir(directory)
    for (const each of names)
      await cp(join(copy, each), join(directory, each.replace(/\d+-\d+-\d+(?=\.partial$)/, '4194305-7-1')), {
        recursive: true,
      })
    await rm(copy, { recursive: true })
    return last
  }

  return {
    name,
    directory,
    attempt,
    kill,
    noEtag,
    async change(next: number) {
      version = next
      await mirror.put(name, versions[version]!)
    },
    version: () => version,
    target: () => readFile(join(directory, name)).catch(() => null),
    /** Returns the requested ranges, except the first byte, which is read to learn the version. */
    asked: () => mirror.requestsFor(name).flatMap(({ range }) => (range === 'bytes=0-0' ? [] : [range])),
    sent: () => mirror.requestsFor(name).reduce((sum, { bytesSent }) => sum + bytesSent, 0),
  }
}

async function spoil(directory: string, how: 'corrupt' | 'truncate' | 'extend', at: number): Promise<void> {
  for (const { path } of await readParts(directory)) {
    const file = join(path, 'bytes')
    const bytes = await readFile(file)
    if (how === 'extend') await writeFile(file, versions[1]!, { flag: 'a' })
    else if (how === 'truncate') await truncate(file, Math.min(at, bytes.length))
    else if (bytes.length > 0) {
      bytes[at % bytes.length]! ^= 0x10
      await writeFile(file, bytes)
    }
  }
}

test('a download ends in the right bytes or in a failure with its code, whatever happens to its tries', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
      const world = await makeWorld()
      let last: JobEvent | null = null
      for (const each of steps) {
        if (last?.event === 'done') break
        if (each.kind === 'cut') last = await world.attempt([{ kind: 'short', afterBytes: each.afterBytes }])
        else if (each.kind === 'two-cuts') last = await world.attempt([{ kind: 'drop', afterBytes: mib + 5, times: 2 }])
        else if (each.kind === 'kill') last = await world.kill(each.afterBytes)
        else if (each.kind === 'change') await world.change(each.version)
        else if (each.kind === 'no-etag') world.noEtag.push({ kind: 'no-header', name: 'etag' })
        else if (each.kind === 'no-validators')
          world.noEtag.push(
            { kind: 'header', name: 'etag', value: 'W/"weak"' },
            { kind: 'no-header', name: 'last-modified' },
          )
        else if (each.kind === 'no-range' || each.kind === 'no-length')
          last = await world.attempt([{ kind: each.kind }, { kind: 'short', afterBytes: 2 * mib }])
        else if ('at' in each) await spoil(world.directory, each.kind, each.at)
        if (last?.event === 'failed') expect(last.code).not.toBe('internal')
        // The target is visible only once it is complete.
        const target = await world.target()
        if (target !== null) expect(sha256Of(target)).toBe(sums[0])
      }
      // Without further faults the download succeeds, unless the server has a file other than the
      // expected one.
      const end = last?.event === 'done' ? last : await world.attempt([], 2)
      if (world.version() === 0 || last?.event === 'done') {
        expect(end).toMatchObject({ event: 'done' })
        expect(sha256Of((await world.target())!)).toBe(sums[0])
        expect((await readdir(world.directory)).toSorted()).toEqual([world.name])
      } else {
        expect(end).toMatchObject({ event: 'failed' })
        expect(await world.target()).toBeNull()
      }
    }),
    {
      ...runs(10, 100),
      // Cases that are always tested.
      examples: [
        [
          [
            { kind: 'cut', afterBytes: 2 * mib },
            { kind: 'corrupt', at: 7 },
          ],
        ],
        [
          [
            { kind: 'cut', afterBytes: 2 * mib },
            { kind: 'extend', at: 0 },
          ],
        ],
        [
          [
            { kind: 'cut', afterBytes: 2 * mib },
            { kind: 'truncate', at: mib },
          ],
        ],
        [
          [
            { kind: 'change', version: 1 },
            { kind: 'cut', afterBytes: mib },
            { kind: 'change', version: 0 },
          ],
        ],
        [[{ kind: 'kill', afterBytes: 2 * mib }, { kind: 'no-etag' }, { kind: 'kill', afterBytes: 300_000 }]],
      ],
    },
  )
})

test('a byte that is at hand is not asked for again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(somewhere, { minLength: 1, maxLength: 4 }), async (cuts) => {
      const world = await makeWorld()
      const noted = async () => (await readParts(world.directory))[0]?.noted ?? 0
      for (const afterBytes of [...cuts, size]) {
        const held = await noted()
        mirror.requests.length = 0
        const last = await world.attempt(afterBytes === size ? [] : [{ kind: 'short', afterBytes }])
        const asked = world.asked()
        if (held === size) expect(asked).toEqual([])
        else expect(asked).toEqual([held === 0 ? null : `bytes=${held}-`])
        if (last.event === 'done') break
        // A broken connection loses the bytes not read yet, which are in buffers of the system and
        // of HTTP.
        expect(await noted()).toBeGreaterThanOrEqual(held + Math.max(0, world.sent() - 256 * 1024))
      }
      expect(sha256Of((await world.target())!)).toBe(sums[0])
    }),
    runs(5, 50),
  )
})

test('a part of another version is thrown away, and the new one comes whole', async () => {
  const world = await makeWorld()
  await world.change(2)
  expect(await world.attempt([{ kind: 'short', afterBytes: 2 * mib }])).toMatchObject({ code: 'download-short' })
  await world.change(0)
  expect(await world.attempt([])).toMatchObject({ event: 'done' })
})

test('a file that is not what was promised leaves no part, so that the next try can succeed', async () => {
  const world = await makeWorld()
  await world.change(1)
  expect(await world.attempt([])).toMatchObject({ event: 'failed', code: 'sha256-mismatch' })
  expect(await readdir(world.directory)).toEqual([])
})
