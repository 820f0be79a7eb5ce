import { createHash } from 'node:crypto'
import { chmod, cp, readFile, readdir, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import * as zlib from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { JobEvent, SaveSpec } from '../../../src-shared/job.ts'
import { decode } from '../../../src-main/image/decode/decode.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { collectPieces } from '../../support/images/collect-pieces.ts'
import { inChunks } from '../../support/images/decode-bytes.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { saying } from '../../support/expect/saying.ts'
import { mib } from '../../support/files/mib.ts'

const driveSize = 12 * mib

// Node can write .zst since 22.15.
const packings = ['saved.img', 'saved.img.gz', ...('createZstdCompress' in zlib ? ['saved.img.zst'] : [])]

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
      code: 'output-exists',
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

  describe.for(packings)('a save to %s that broke off', (name) => {
    const output = () => directory.file(name)
    const part = () => directory.file(`${name}.save.partial`)
    const unpack = async (bytes: Buffer) =>
      name === 'saved.img' ? bytes : collectPieces(decode(name.endsWith('.gz') ? 'gz' : 'zst', inChunks(bytes)))
    const warningsIn = (events: JobEvent[]) =>
      events.flatMap((event) => (event.event === 'warning' && event.code.startsWith('saved-part') ? [event] : []))

    /** Breaks off behind 8 MiB. */
    async function breakOff() {
      damage((8 * mib) / 512)
      const events = await save({ output: output() })
      expect(events.at(-1)).toMatchObject({ event: 'failed', code: 'drive-read-failed' })
      memory.before = () => {}
      memory.operations.length = 0
      return events
    }

    async function expectSaved(events: JobEvent[]) {
      const file = await readFile(output())
      const sums = [file, memory.bytes].map((bytes) => createHash('sha256').update(bytes).digest('hex'))
      expect((await unpack(file)).equals(memory.bytes)).toBe(true)
      expect(events.at(-1)).toMatchObject({ receipt: { image: { sha256: { actual: sums[0] } } } })
      if (name !== 'saved.img')
        expect(events.at(-1)).toMatchObject({ receipt: { image: { uncompressedSha256: { actual: sums[1] } } } })
      return sums[1]!
    }

    test('is continued, and what was saved is read once more, and compared', async () => {
      expect(warningsIn(await breakOff())).toMatchObject([{ code: 'saved-part-kept', details: { path: part() } }])
      expect(await left()).toEqual([`${name}.save.partial`])
      const events = await save({ output: output(), verify: true })
      expect(warningsIn(events)).toMatchObject([{ code: 'saved-part-found', details: { bytes: 8 * mib } }])
      const sum = await expectSaved(events)
      expect(events.at(-1)).toMatchObject({ receipt: { drive: { readBackSha256: sum } } })
      const reads = memory.operations.flatMap((each) => (each.kind === 'read' ? [each] : []))
      expect(reads.reduce((sum, { length }) => sum + length, 0)).toBe(driveSize + 4 * mib)
      expect(await left()).toEqual([name])
    })

    test('is continued when only its end is missing, and when it breaks off again', async () => {
      await breakOff()
      damage((8 * mib) / 512)
      expect(await last({ output: output() })).toMatchObject({ code: 'drive-read-failed' })
      memory.before = () => {}
      await writeFile(output(), 'in the way')
      expect(await last({ output: output() })).toMatchObject({ code: 'output-exists' })
      const events = await save({ output: output(), replace: true })
      expect(warningsIn(events)).toMatchObject([{ code: 'saved-part-found', details: { bytes: 8 * mib } }])
      await expectSaved(events)
      expect(await left()).toEqual([name])
    })

    test.for([
      ['other bytes', 5 * mib, (at: number) => memory.bytes.fill(0x33, at, at + 70_000)],
      ['zeros', 2 * mib, (at: number) => memory.bytes.fill(0, at, at + 700_000)],
    ] as const)('is saved anew from where the drive has changed to %s', async ([, at, change]) => {
      await breakOff()
      change(at)
      const events = await save({ output: output(), verify: true })
      const from = name === 'saved.img' ? at - (at % (4 * mib)) : 0
      expect(warningsIn(events)).toMatchObject([
        { code: 'saved-part-found' },
        { code: 'saved-part-differs', details: { from } },
      ])
      await expectSaved(events)
      expect(await left()).toEqual([name])
    })

    test('is saved anew where what was saved is damaged', async () => {
      await breakOff()
      const bytes = `${part()}/bytes`
      const { size } = await stat(bytes)
      await truncate(bytes, size - 5)
      await truncate(bytes, size)
      const events = await save({ output: output() })
      if (name !== 'saved.img') expect(warningsIn(events).map(({ code }) => code)).toContain('saved-part-differs')
      await expectSaved(events)
    })

    test('is kept whole when the job is stopped, or the drive fails, while it is compared', async () => {
      await breakOff()
      const { size } = await stat(`${part()}/bytes`)
      damage((2 * mib) / 512)
      expect(await last({ output: output() })).toMatchObject({ code: 'drive-read-failed' })
      memory.before = () => {}
      const stopped = await save({ output: output() }, (event, cancel) => {
        if (event.event === 'warning' && event.code === 'saved-part-found') cancel()
      })
      expect(stopped.at(-1)).toMatchObject({ code: 'interrupted' })
      expect(warningsIn(stopped).map(({ code }) => code)).toContain('saved-part-kept')
      expect((await stat(`${part()}/bytes`)).size).toBe(size)
      const events = await save({ output: output() })
      expect(warningsIn(events)).toMatchObject([{ code: 'saved-part-found', details: { bytes: 8 * mib } }])
      await expectSaved(events)
    })

    test('keeps the data of a sector that the drive can no longer read, and says so', async () => {
      await breakOff()
      const bad = 3000
      damage(bad)
      const events = await save({ output: output(), keepGoing: true })
      const offset = Math.floor((bad * 512) / 4096) * 4096
      const warned = events.flatMap((event) =>
        event.event === 'warning' && event.code !== 'drive-retried' ? [event] : [],
      )
      expect(warned.map(({ code }) => code)).toEqual(['saved-part-found', 'bytes-kept'])
      expect(warned[1]!.details).toEqual({ offset, length: 4096 })
      await expectSaved(events)
    })

    test('is kept whole when a file of its name appears meanwhile, which is not replaced', async () => {
      let appeared = false
      const appear = async (event: JobEvent) => {
        if (event.event !== 'phase' || event.phase !== 'save' || appeared) return
        appeared = true
        await writeFile(output(), 'in the way')
      }
      const end = await last({ output: output() }, (event) => void appear(event))
      expect(end).toMatchObject({ code: 'output-exists' })
      expect(await readFile(output(), 'utf8')).toBe('in the way')
      const events = await save({ output: output(), replace: true })
      expect(warningsIn(events)).toMatchObject([{ code: 'saved-part-found', details: { bytes: driveSize } }])
      await expectSaved(events)
      expect(await left()).toEqual([name])
    })

    test('is not taken where its bytes are a link, or others may change it', async () => {
      await breakOff()
      const precious = directory.file('precious')
      await writeFile(precious, Buffer.alloc(16 * mib, 'x'))
      await chmod(part(), 0o777)
      expect(warningsIn(await save({ output: output() }))).toEqual([])
      await chmod(part(), 0o700)
      await rm(`${part()}/bytes`)
      await symlink(precious, `${part()}/bytes`)
      const events = await save({ output: output(), replace: true })
      expect(warningsIn(events)).toEqual([])
      await expectSaved(events)
      expect((await readFile(precious)).equals(Buffer.alloc(16 * mib, 'x'))).toBe(true)
    })

    test('can be read by its user alone', async () => {
      await breakOff()
      expect((await stat(part())).mode & 0o777).toBe(0o700)
    })

    test('names bad sectors once', async () => {
      const bad = 3000
      damage(bad, (8 * mib) / 512)
      let isPulled = false
      const fails = memory.before
      memory.before = (operation) => {
        if (operation.kind === 'read' && operation.offset >= 8 * mib) isPulled = true
        if (isPulled && operation.kind === 'read' && operation.offset >= 8 * mib)
          throw new KindlingError('drive-gone', { drive: 'x' })
        return fails(operation)
      }
      expect(await last({ output: output(), keepGoing: true })).toMatchObject({ code: 'drive-gone' })
      damage(bad)
      const events = await save({ output: output(), keepGoing: true })
      const gaps = events.filter((event) => event.event === 'warning' && event.code === 'bytes-unreadable')
      expect(gaps).toMatchObject([{ details: { offset: Math.floor((bad * 512) / 4096) * 4096, length: 4096 } }])
    })

    test('is left alone while another process continues it, and continued when that one was killed', async () => {
      await breakOff()
      const owned = (pid: string) => directory.file(`${name}.save.${pid}-1.partial`)
      await rename(part(), owned(`${process.pid}-0`))
      expect(warningsIn(await save({ output: output() }))).toEqual([])
      expect(await left()).toHaveLength(2)
      // No process has this number: the largest one of Linux is 4194304.
      await rename(owned(`${process.pid}-0`), owned('5000000-1'))
      const events = await save({ output: output(), replace: true })
      expect(warningsIn(events)).toMatchObject([{ code: 'saved-part-found' }])
      await expectSaved(events)
      expect(await left()).toEqual([name])
    })

    test('goes with every other part that holds no more than the file, once the file is whole', async () => {
      await breakOff()
      const parts = (number: number) => directory.file(`${name}.save.${number}.partial`)
      for (const number of [2, 3]) await cp(part(), parts(number), { recursive: true })
      const checkpoint = JSON.parse(await readFile(`${parts(3)}/note.json`, 'utf8')) as object
      await writeFile(`${parts(3)}/note.json`, JSON.stringify({ ...checkpoint, size: 64 * mib, length: 32 * mib }))
      // Another part may have the sector that this file lacks.
      damage(0)
      expect(await last({ output: output(), keepGoing: true })).toMatchObject({ event: 'done' })
      // It continued one of the two that are equally long.
      expect(await left()).toHaveLength(3)
      expect(await left()).toContain(`${name}.save.3.partial`)
      damage()
      await expectSaved(await save({ output: output(), replace: true }))
      expect(await left()).toEqual([name, `${name}.save.3.partial`])
    })

    test('is left alone when another drive or another size is saved', async () => {
      await breakOff()
      memory.drive.identity = { ...memory.drive.identity, size: driveSize, number: '1:1', serial: 'another' }
      expect(warningsIn(await save({ output: output() }))).toEqual([])
      expect((await left()).toSorted()).toEqual([name, `${name}.save.partial`].toSorted())
    })
  })
})
