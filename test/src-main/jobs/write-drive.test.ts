import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { JobEvent } from '../../../src-shared/job.ts'
import { markerSize } from '../../../src-main/write/kept-bytes.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import type { Operation } from '../../support/drives/drive-clock.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

// Assumptions and reports of a write about a drive, with an image that needs no decompression.

const raw = makeRawImage({ size: 10 * mib + 12_345, seed: 3 })
const sha256 = createHash('sha256').update(raw).digest('hex')
const driveSize = 14 * mib

let directory: TemporaryDirectory
let testPorts: TestPorts
let path: string
let memory: MemoryDrive
beforeAll(async () => {
  directory = await makeTemporaryDirectory()
  path = directory.file('image.raw')
  await writeFile(path, raw)
  testPorts = await makeTestPorts()
})
beforeEach(() => {
  memory = makeMemoryDrive({ size: driveSize })
})
afterAll(async () => {
  await testPorts.dispose()
  await directory.dispose()
})

const run = ({ verify = true } = {}): Promise<JobEvent[]> =>
  runJobHere(
    { ...testPorts.ports, drives: memory.drives },
    { job: 'write', drive: '/dev/memory', source: { image: { kind: 'file', path }, sha256 }, verify },
  )
const failed = async () => {
  const last = (await run()).at(-1)
  if (last?.event !== 'failed') throw new Error(`The job ended with ${last?.event}`)
  return last
}
const failWith = (matches: (operation: Operation) => boolean, error: () => Error) => {
  memory.before = (operation) => {
    if (matches(operation)) throw error()
  }
}
/**
 * Returns whether an operation writes the image: it is neither a marker of the probe nor zeros for
 * the drive's ends.
 */
const isOfImage = (operation: Operation) =>
  operation.kind === 'write' && operation.length > markerSize && operation.offset < driveSize - mib
const writeError = (offset: number) =>
  new KindlingError('drive-write-failed', { drive: '/dev/memory', offset, reason: 'EIO' })

test('believes nothing of a drive that it has not flushed: one that loses the rest is proved all the same', async () => {
  memory = makeMemoryDrive({ size: driveSize, losesUnflushed: true })
  const last = (await run()).at(-1)
  expect(last).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved' } } })
  expect(memory.bytes.subarray(0, raw.length).equals(raw)).toBe(true)
})

test('flushes what it puts back, before it says that a drive is untouched', async () => {
  memory = makeMemoryDrive({ size: driveSize, losesUnflushed: true, contents: makeNoise(driveSize, 8) })
  const before = Buffer.from(memory.bytes)
  // A drive without bytes after its first half does not return the marker there.
  memory.afterRead = (bytes, offset) => {
    if (offset >= driveSize / 2 && bytes.length === markerSize && !memory.bytes.equals(before)) bytes.fill(0)
  }
  expect(await failed()).toMatchObject({ code: 'drive-smaller-than-claimed', driveState: 'untouched' })
  expect(memory.bytes.equals(before)).toBe(true)
})

test('says that nobody knows what is on a drive that goes while the image is written', async () => {
  let gone = false
  failWith(
    (operation) => (gone ||= operation.kind === 'write' && operation.offset > 4 * mib && isOfImage(operation)),
    () => new KindlingError('drive-gone', { drive: '/dev/memory' }),
  )
  expect(await failed()).toMatchObject({ code: 'drive-gone', driveState: 'unknown' })
})

test('says that nobody knows what is on a drive that was cleared and does not return the zeros', async () => {
  failWith(
    (operation) => operation.kind === 'write' && operation.offset > 4 * mib && isOfImage(operation),
    () => {
      memory.afterRead = (bytes, offset) => void (offset === 0 && bytes.fill(1))
      return writeError(5 * mib)
    },
  )
  expect(await failed()).toMatchObject({ code: 'drive-write-failed', driveState: 'unknown' })
})

test('says that nobody knows what is on a drive that fails when its first sector is written, and for ever after', async () => {
  let isLast = false
  failWith(
    (operation) => {
      if (operation.kind !== 'write') return false
      // The rest of the first MiB is written before its first sector.
      isLast ||= operation.offset === 4096
      return isLast && operation.offset !== 4096
    },
    () => writeError(0),
  )
  expect(await failed()).toMatchObject({ code: 'drive-write-failed', driveState: 'unknown' })
})

test('never says untouched of a drive that stores nothing, though nothing of it has changed', async () => {
  const before = Buffer.from(memory.bytes)
  memory.afterWrite = () => void memory.bytes.set(before)
  expect(await failed()).toMatchObject({ code: 'drive-stores-nothing', driveState: 'unknown' })
})

test('warns when a drive was read back through the cache of the system', async () => {
  const target = { ...memory.target, pastCache: false }
  memory.drives.open = async () => target
  const isWarned = (events: JobEvent[]) =>
    events.some((event) => event.event === 'warning' && event.code === 'read-back-cached')
  expect(isWarned(await run())).toBe(true)
  expect(isWarned(await run({ verify: false }))).toBe(false)
})
