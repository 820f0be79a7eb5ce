import { readFile, readdir, stat, writeFile } from 'node:fs/promises'
import * as zlib from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { JobEvent, SaveSpec } from '../../../src-shared/job.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/temporary.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { saying } from '../../support/saying.ts'

const mib = 1024 * 1024
const driveSize = 12 * mib

describe('save job', () => {
  let world: TestPorts
  let directory: TemporaryDirectory
  let memory: MemoryDrive
  beforeAll(async () => void (world = await makeTestPorts()))
  afterAll(() => world.dispose())
  beforeEach(async () => {
    directory = await makeTemporaryDirectory()
    const contents = Buffer.alloc(driveSize)
    makeNoise(3 * mib, 5).copy(contents, mib + 512)
    memory = makeMemoryDrive({ size: driveSize, contents })
    return () => directory.dispose()
  })

  const save = (spec: Partial<SaveSpec> = {}, onEvent?: (event: JobEvent, cancel: () => void) => void) =>
    runJobHere(
      { ...world.ports, drives: memory.drives },
      { job: 'save', drive: '/dev/memory', output: directory.file('saved.img'), ...spec },
      onEvent,
    )
  const last = async (...args: Parameters<typeof save>) => (await save(...args)).at(-1)!
  const left = () => readdir(directory.path)

  test('reads the drive alone, writes nothing to it, and keeps every byte', async () => {
    expect(await last()).toMatchObject({ event: 'done', receipt: { job: 'save', drive: { state: 'untouched' } } })
    expect(new Set(memory.operations.map(({ kind }) => kind))).toEqual(new Set(['read', 'close']))
    expect((await readFile(directory.file('saved.img'))).equals(memory.bytes)).toBe(true)
    expect(await left()).toEqual(['saved.img'])
  })

  test('leaves holes for zeros', async () => {
    await save()
    const { size, blocks } = await stat(directory.file('saved.img'))
    expect(size).toBe(driveSize)
    expect(blocks * 512).toBeLessThan(5 * mib)
  })

  test('leaves no file when it is cancelled', async () => {
    const end = await last({}, (event, cancel) => {
      if (event.event === 'phase' && event.phase === 'save') cancel()
    })
    expect(end).toMatchObject({ event: 'failed', code: 'interrupted', driveState: 'untouched' })
    expect(await left()).toEqual([])
  })

  test('leaves no file when the drive returns other bytes the second time', async () => {
    let reads = 0
    memory.afterRead = (bytes, offset) => {
      if (offset === 0 && ++reads === 2) bytes[7]! ^= 1
    }
    expect(await last({ verify: true })).toMatchObject({ event: 'failed', code: 'drive-reads-vary' })
    expect(await left()).toEqual([])
    reads = 2
    expect(await last({ verify: true })).toMatchObject({
      receipt: { statement: 'The file has the data that the drive returned, twice the same.' },
    })
  })

  /** Fails every read that touches the sectors, and returns their ranges. */
  function damage(...sectors: number[]) {
    memory.before = (operation) => {
      if (operation.kind !== 'read') return
      const { offset, length } = operation
      if (sectors.some((sector) => sector * 512 >= offset && sector * 512 < offset + length))
        throw new KindlingError('drive-read-failed', { drive: 'x', offset, reason: 'EIO' })
    }
  }

  test('ends at the first bad sector unless it is told to go on, and leaves no file', async () => {
    damage(5000)
    expect(await last()).toMatchObject({ event: 'failed', code: 'drive-read-failed', driveState: 'untouched' })
    expect(await left()).toEqual([])
  })

  test.for(['saved.img', 'saved.img.gz'])('names bad sectors and leaves zeros for them alone in %s', async (name) => {
    // Two in one page of 4096 bytes, one in the next page, one in another block, and the last one.
    damage(5000, 5001, 5008, 9000, driveSize / 512 - 1)
    const events = await save({ keepGoing: true, verify: true, output: directory.file(name) })
    const gaps = events.flatMap((event) =>
      event.event === 'warning' && event.code === 'bytes-unreadable' ? [event.details] : [],
    )
    expect(gaps).toEqual([
      { offset: 5000 * 512, length: 8192 },
      { offset: 9000 * 512, length: 4096 },
      { offset: driveSize - 4096, length: 4096 },
    ])
    const expected = Buffer.from(memory.bytes)
    for (const { offset, length } of gaps as { offset: number; length: number }[])
      expected.fill(0, offset, offset + length)
    const saved = await readFile(directory.file(name))
    expect((name.endsWith('.gz') ? zlib.gunzipSync(saved) : saved).equals(expected)).toBe(true)
    expect(events.at(-1)).toMatchObject({
      receipt: { statement: expect.stringContaining('the file has zeros') as string },
    })
  })

  test('replaces no file unless it is told to, and nothing that is not a file', async () => {
    await writeFile(directory.file('saved.img'), 'mine')
    expect(await last()).toMatchObject({
      code: 'output-failed',
      details: { reason: saying('already') },
    })
    expect(await readFile(directory.file('saved.img'), 'utf8')).toBe('mine')
    expect(memory.operations).toEqual([])
    expect(await last({ replace: true })).toMatchObject({ event: 'done' })
    expect((await readFile(directory.file('saved.img'))).equals(memory.bytes)).toBe(true)
    expect(await last({ replace: true, output: directory.path })).toMatchObject({ code: 'output-failed' })
  })

  test('refuses a compression that it cannot make, before it opens the drive', async () => {
    const refused = 'createZstdCompress' in zlib ? ['a.xz', 'a.ZIP'] : ['a.xz', 'a.ZIP', 'a.zst']
    for (const name of refused)
      expect(await last({ output: directory.file(name) }), name).toMatchObject({ code: 'output-failed' })
    expect(memory.operations).toEqual([])
    expect(await left()).toEqual([])
  })
})
