import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Ports } from '../../../src-main/ports.ts'
import type { JobEvent } from '../../../src-shared/job.ts'
import { startCoreosMirror, type CoreosMirror } from '../../support/mirror/coreos-mirror.ts'
import { publishReleases } from '../../support/mirror/publish-releases.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

let mirror: CoreosMirror
beforeAll(async () => {
  mirror = await startCoreosMirror({ imageSize: 10 * mib + 512 })
})
afterAll(() => mirror.dispose())

let memory: MemoryDrive
let world: TestPorts
/** Resolves when the time for all requests of image sizes is over. */
let tooLong: Promise<void>
beforeEach(async () => {
  memory = makeMemoryDrive({ size: 24 * mib })
  tooLong = new Promise(() => {})
  const sleep: Ports['sleep'] = (milliseconds, signal) =>
    milliseconds === 60_000 ? Promise.race([tooLong, untilAborted(signal!)]) : delay(1, undefined, signal && { signal })
  world = await makeTestPorts({ drives: memory.drives, sleep })
})
afterEach(async () => {
  mirror.mirror.clearFaults()
  await world.dispose()
})

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

const identify = (onEvent?: (event: JobEvent, cancel: () => void) => void) =>
  runJobHere(
    world.ports,
    { job: 'identify', drive: '/dev/memory', identity: memory.drive.identity, streamBaseUrl: mirror.baseUrl },
    onEvent,
  )
const held = (format: string) => ({ event: 'done', receipt: null, identified: { stream: 'stable', format } })

test('a drive is opened to be read alone, read once, and closed', async () => {
  mirror.raw.copy(memory.bytes)
  expect((await identify()).at(-1)).toMatchObject(held('raw.xz'))
  expect(new Set(memory.operations.map(({ kind }) => kind))).toEqual(new Set(['read', 'close']))
  expect(memory.operations.at(-1)!.kind).toBe('close')
  const read = memory.operations.reduce((sum, each) => sum + (each.kind === 'read' ? each.length : 0), 0)
  // The first MiB is also read in advance, and reads are rounded to whole sectors.
  expect(read).toBeLessThan(mirror.raw.length + mib + 100 * 4096)
})

test('a release that only the index names is found by what the drive says, with two requests, and then without', async () => {
  const older = await startCoreosMirror({ imageSize: 4 * mib })
  const requested = (from: number) =>
    older.mirror.requests.slice(from).flatMap(({ path }) => /releases?\.json$/.exec(path)?.[0] ?? [])
  const look = () =>
    runJobHere(world.ports, {
      ...{ job: 'identify', drive: '/dev/memory', identity: memory.drive.identity },
      streamBaseUrl: older.baseUrl,
    })
  await older.moveOn('44.20260721.3.0', 5 * mib)
  older.iso.copy(memory.bytes)
  expect((await look()).at(-1), 'without an index').toMatchObject({ event: 'done', identified: null })
  await publishReleases(older.mirror, {
    releases: { [older.release]: older.metadata.architectures, '44.20260721.3.0': null },
  })
  const identified = { stream: 'stable', release: older.release, format: 'iso', platform: 'metal' }
  const before = older.mirror.requests.length
  expect((await look()).at(-1)).toMatchObject({ identified, match: { knownFrom: 'stream' } })
  expect(requested(before)).toEqual(['releases.json', 'release.json'])
  older.mirror.goAway()
  expect((await look()).at(-1)).toMatchObject({ identified, match: { knownFrom: 'cache' } })
  await older.dispose()
})

test('every flipped bit is seen, and the first and the last byte count', async () => {
  for (const offset of [0, 5 * mib, mirror.raw.length - 1]) {
    mirror.raw.copy(memory.bytes)
    memory.bytes[offset]! ^= 1
    expect((await identify()).at(-1)).toMatchObject({ event: 'done', identified: null })
    memory.bytes[offset]! ^= 1
    memory.bytes[mirror.raw.length]! ^= 1
    expect((await identify()).at(-1)).toMatchObject(held('raw.xz'))
  }
})

test('servers that do not answer are not waited for: what they have is not looked for, and the rest is found', async () => {
  const { location } = mirror.find('raw.xz')
  mirror.iso.copy(memory.bytes)
  // The first run measures the other images, so that later only this one is requested.
  mirror.mirror.fault(location, { kind: 'status', status: 404 })
  await identify()
  mirror.mirror.fault(location, { kind: 'stall', afterBytes: 0 })
  tooLong = mirror.mirror.stalled(location)
  const events = await identify()
  expect(events.at(-1)).toMatchObject(held('iso'))
  expect(events.filter(({ event }) => event === 'warning')).toMatchObject([
    {
      code: 'images-unmeasured',
      message: expect.stringMatching(/^The size of 1 published image .* within 60 s$/) as string,
    },
  ])
})

test('it can be stopped while it asks and while it reads, and touches nothing', async () => {
  mirror.raw.copy(memory.bytes)
  const { location } = mirror.find('raw.xz')
  mirror.mirror.fault(location, { kind: 'stall', afterBytes: 0 })
  let cancel = () => {}
  void mirror.mirror.stalled(location).then(() => cancel())
  const asking = await identify((_, stop) => (cancel = stop))
  expect(asking.at(-1)).toMatchObject({ event: 'failed', code: 'interrupted', driveState: 'untouched' })
  mirror.mirror.clearFaults()
  memory.before = ({ kind }) => (kind === 'read' ? cancel() : undefined)
  const reading = await identify((_, stop) => (cancel = stop))
  expect(reading.at(-1)).toMatchObject({ event: 'failed', code: 'interrupted', driveState: 'untouched' })
  // A stopped job reads nothing more.
  expect(memory.operations.map(({ kind }) => kind)).toEqual(['read', 'close'])
})

test('another drive than the one that was chosen is not read', async () => {
  memory.drive.identity = { ...memory.drive.identity, serial: 'another' }
  const identity = { ...memory.drive.identity, serial: 'chosen' }
  const events = await runJobHere(world.ports, { job: 'identify', drive: '/dev/memory', identity })
  expect(events.at(-1)).toMatchObject({ event: 'failed', code: 'drive-changed', driveState: 'untouched' })
})

test('files in the cache and among the receipts that hold anything are passed over', async () => {
  const { cache, state } = world.ports.paths
  for (const directory of [join(cache, 'streams'), join(state, 'receipts')]) {
    await mkdir(directory, { recursive: true })
    for (const [index, content] of ['', '{', 'null', '[]', '{"image":{}}', '"x"', '\u0000'].entries())
      await writeFile(join(directory, `${String(index).repeat(64)}.json`), content)
    await mkdir(join(directory, `${'a'.repeat(64)}.json`))
  }
  for (const content of ['{', '[{}]', '[{"sizes":[1e300]}]', 'null']) {
    await writeFile(join(cache, 'measured-images.json'), content)
    mirror.raw.copy(memory.bytes)
    expect((await identify()).at(-1)).toMatchObject(held('raw.xz'))
  }
  expect((await readdir(cache)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})
