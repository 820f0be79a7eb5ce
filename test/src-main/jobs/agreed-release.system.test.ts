import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createApp } from '../../../src-main/app/create-app.ts'
import { createDrives } from '../../../src-main/create-drives.ts'
import type { JobEvent, SourceSpec } from '../../../src-shared/job.ts'
import { fillWithOldBytes } from '../../support/worlds/cli-world.ts'
import { startCoreosMirror, type CoreosMirror } from '../../support/mirror/coreos-mirror.ts'
import { expectDriveState, expectSame } from '../../support/drives/expect-drive.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

// A stream that publishes another release between the choice and the job.

const [chosen, later, latest] = ['44.20260707.3.1', '44.20260721.3.0', '44.20260804.3.0'] as const

let coreos: CoreosMirror
let testPorts: TestPorts
let directory: TemporaryDirectory
beforeEach(async () => {
  coreos = await startCoreosMirror({ release: chosen, imageSize: 4 * mib })
  testPorts = await makeTestPorts({
    drives: createDrives({ protects: [] }),
    environment: { streamBaseUrl: coreos.baseUrl, keyring: coreos.keyringFile, cacheLimit: null },
  })
  directory = await makeTemporaryDirectory()
})
afterEach(async () => {
  await coreos.dispose()
  await testPorts.dispose()
  await directory.dispose()
})

/** Reads the catalog, as the window does before the user chooses. */
const look = async () =>
  expect(await createApp(testPorts.ports).catalog({ stream: coreos.stream })).toMatchObject({ ok: true })

const source = (release?: string, format = 'raw.xz'): SourceSpec => ({
  image: {
    kind: 'stream',
    ...{ stream: coreos.stream, architecture: coreos.architecture, platform: 'metal', format },
    ...(release !== undefined && { release }),
  },
  fetchRetries: 0,
})
const write = async (drive: string, release?: string) =>
  (await runJobHere(testPorts.ports, { job: 'write', drive, source: source(release) })).at(-1)!
const verify = async (drive: string, release?: string) =>
  (await runJobHere(testPorts.ports, { job: 'verify', drive, source: source(release) })).at(-1)!
const releaseOf = (event: JobEvent) => (event.event === 'done' ? event.receipt?.image.release : event)

test('the release that was chosen is written when the stream has moved on, each time, and it is what is compared', async () => {
  await look()
  await coreos.moveOn(later, 5 * mib)
  const drive = directory.file('drive.img')
  for (const _ of ['first', 'again']) {
    const before = await fillWithOldBytes(drive, 8 * mib)
    const last = await write(drive, chosen)
    expect(last).toMatchObject({
      event: 'done',
      receipt: {
        image: { release: chosen, location: coreos.find('raw.xz').location, sha256: { from: 'stream' } },
        drive: { state: 'proved', bytesWritten: coreos.raw.length },
      },
    })
    expectDriveState('proved', { before, after: await readFile(drive), image: coreos.raw })
    await coreos.moveOn(latest, 6 * mib)
  }
  expect(releaseOf(await verify(drive, chosen))).toBe(chosen)
  // Without a release, the current one is used.
  expect(await verify(drive)).toMatchObject({ event: 'failed', code: 'verify-mismatch' })
  await fillWithOldBytes(drive, 8 * mib)
  expect(releaseOf(await write(drive))).toBe(latest)
})

test('all files of the release that was chosen are downloaded', async () => {
  await look()
  await coreos.moveOn(later, 5 * mib)
  const folder = directory.file('downloads')
  const events = await runJobHere(testPorts.ports, {
    job: 'download',
    source: source(chosen, 'pxe'),
    directory: folder,
  })
  expect(events.at(-1)).toMatchObject({ event: 'done' })
  for (const name of ['kernel', 'initramfs', 'rootfs']) {
    const { content, location } = coreos.find('pxe', name)
    expectSame(await readFile(join(folder, location.split('/').pop()!)), content)
  }
  expect((await readdir(folder)).filter((name) => name.includes(later))).toEqual([])
})

test('a release that is chosen and still there is taken, whatever was kept', async () => {
  await look()
  await coreos.moveOn(later, 5 * mib)
  await look()
  const drive = directory.file('drive.img')
  await fillWithOldBytes(drive, 8 * mib)
  expect(releaseOf(await write(drive, later))).toBe(later)
})

test('a release of which nothing was kept is refused before anything is touched', async () => {
  await look()
  await coreos.moveOn(later, 5 * mib)
  await look()
  await rm(join(testPorts.ports.paths.cache, 'streams/older'), { recursive: true })
  const drive = directory.file('drive.img')
  const before = await fillWithOldBytes(drive, 8 * mib)
  const failure = {
    event: 'failed',
    code: 'release-gone',
    title: `stable is now ${later}; ${chosen} was chosen`,
    driveState: 'untouched',
    details: { stream: 'stable', now: later, release: chosen },
  }
  expect(await write(drive, chosen)).toEqual(expect.objectContaining(failure))
  expect(await verify(drive, chosen)).toEqual(expect.objectContaining(failure))
  expectSame(await readFile(drive), before)
  const download = { job: 'download', source: source(chosen), directory: directory.file('downloads') } as const
  expect((await runJobHere(testPorts.ports, download)).at(-1)).toMatchObject({ code: 'release-gone', driveState: null })
  expect(await createApp(testPorts.ports).preview({ source: source(chosen) })).toMatchObject({
    ok: false,
    failure: { code: 'release-gone' },
  })
  // Only the stream was requested.
  expect(coreos.mirror.requests.filter(({ path }) => path.includes('/builds/'))).toEqual([])
  expect(await readdir(directory.path)).toEqual(['drive.img'])
})

test('what another server called the same is not taken for it', async () => {
  const other = await startCoreosMirror({ release: chosen, imageSize: 4 * mib })
  await createApp(testPorts.ports).catalog({ stream: 'stable', streamBaseUrl: other.baseUrl })
  await other.moveOn(later, 5 * mib)
  await createApp(testPorts.ports).catalog({ stream: 'stable', streamBaseUrl: other.baseUrl })
  await other.dispose()
  expect(await readdir(join(testPorts.ports.paths.cache, 'streams/older'))).toHaveLength(1)
  await coreos.moveOn(later, 5 * mib)
  const drive = directory.file('drive.img')
  const before = await fillWithOldBytes(drive, 8 * mib)
  expect(await write(drive, chosen)).toMatchObject({ code: 'release-gone', driveState: 'untouched' })
  expectSame(await readFile(drive), before)
})
