import { createHash, randomFillSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { JobEvent, JobSpec } from '../../../src-shared/job.ts'
import { xz } from '../../support/images/compress.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import type { Operation } from '../../support/drives/drive-clock.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'
import { makeSlowXz } from '../../support/images/slow-xz.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { standStill } from '../../support/run/stand-still.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

// The order of a write job and its results, on a drive in memory whose every operation can be made
// to fail.

// Ends within a sector.
const raw = makeRawImage({ size: 10 * mib + 12_345, seed: 3 })
const driveSize = 14 * mib

describe('write job', () => {
  let directory: TemporaryDirectory
  let testPorts: TestPorts
  let memory: MemoryDrive
  let image: string
  let sha256: string

  beforeAll(async () => {
    directory = await makeTemporaryDirectory()
    image = directory.file('image.raw.xz')
    const file = await xz(raw, { blockSize: '1MiB' })
    await writeFile(image, file)
    sha256 = createHash('sha256').update(file).digest('hex')
    testPorts = await makeTestPorts()
  })
  beforeEach(() => {
    memory = makeMemoryDrive({ size: driveSize })
  })
  afterAll(async () => {
    await testPorts.dispose()
    await directory.dispose()
  })

  async function run(
    given: { verify?: boolean; file?: string; url?: string; sha256?: string; acceptUnrecognized?: boolean } = {},
    onEvent: (event: JobEvent, cancel: () => void) => void = () => {},
  ): Promise<JobEvent[]> {
    const spec: JobSpec = {
      job: 'write',
      drive: '/dev/memory',
      source: given.url
        ? { image: { kind: 'url', url: given.url }, insecure: true }
        : { image: { kind: 'file', path: given.file ?? image }, sha256: given.sha256 ?? sha256 },
      verify: given.verify ?? true,
      acceptUnrecognized: given.acceptUnrecognized,
    }
    return runJobHere({ ...testPorts.ports, drives: memory.drives }, spec, onEvent)
  }

  const failed = async (...args: Parameters<typeof run>) => {
    const last = (await run(...args)).at(-1)
    if (last?.event !== 'failed') throw new Error(`The job ended with ${last?.event}`)
    return last
  }
  /** Each decoder thread has a message port. */
  const countPorts = () => process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length
  const isZero = (bytes: Buffer) => bytes.every((byte) => byte === 0)
  const start = () => memory.bytes.subarray(0, mib)
  const end = () => memory.bytes.subarray(driveSize - mib)
  const writes = () => memory.operations.flatMap((operation) => (operation.kind === 'write' ? [operation] : []))
  const failWith = (matches: (operation: Operation) => boolean, error: () => Error) => {
    memory.before = (operation) => {
      if (matches(operation)) throw error()
    }
  }
  const writeError = (offset: number) =>
    new KindlingError('drive-write-failed', { drive: '/dev/memory', offset, reason: 'EIO' })

  test('leaves the image, padded with zeros to the sector, and zeros at the end', async () => {
    const last = (await run()).at(-1)
    expect(last).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved', bytesWritten: raw.length } } })
    expect(memory.bytes.subarray(0, raw.length).equals(raw)).toBe(true)
    const padded = Math.ceil(raw.length / 512) * 512
    expect(isZero(memory.bytes.subarray(raw.length, padded))).toBe(true)
    expect(memory.bytes[padded]).toBe(0xa5)
    expect(isZero(end())).toBe(true)
  })

  // The decoder stops at a frame of its ring that is not given back.
  test('ends when the drive cannot be opened, however long the image waited for it', async () => {
    // The dictionary of `xz -0` is small, and so is the ring: most of the image has no place in it.
    const file = await xz(Buffer.alloc(40 * mib, makeNoise(mib / 16, 11)), { blockSize: '64MiB' })
    const path = directory.file('long.raw.xz')
    await writeFile(path, file)
    memory = makeMemoryDrive({ size: 48 * mib })
    const busy = new KindlingError('drive-busy', { drive: '/dev/memory', users: ['a program'] })
    let asked = false
    const ports = {
      ...testPorts.ports,
      drives: {
        ...memory.drives,
        async open() {
          asked = true
          await standStill()
          throw busy
        },
      },
    }
    const source = { image: { kind: 'file' as const, path }, insecure: true, memory: 0 }
    const spec: JobSpec = { job: 'write', drive: '/dev/memory', source, acceptUnrecognized: true }
    const last = (await runJobHere(ports, spec, () => {})).at(-1)
    expect(last).toMatchObject({ event: 'failed', code: 'drive-busy', driveState: 'untouched' })
    expect(asked).toBe(true)
  })

  test.each([
    { name: 'is decoded by one thread for a drive that is hardly faster', isBusy: true, most: 1 },
    {
      name: 'is decoded by several threads for a drive that waits',
      isBusy: false,
      most: Math.min(2, availableParallelism()),
    },
  ])('$name', async ({ isBusy, most }) => {
    const slow = await makeSlowXz(mib, 50)
    const path = directory.file('slow.raw.xz')
    await writeFile(path, slow.bytes)
    memory = makeMemoryDrive({ size: 64 * mib })
    const before = countPorts()
    let threads = 0
    let endLast = () => {}
    const write = memory.target.write.bind(memory.target)
    memory.drives.open = async () => ({
      ...memory.target,
      async write(bytes, offset) {
        threads = Math.max(threads, countPorts() - before)
        endLast()
        // Ends only when the next write has begun, so that the drive is never idle. Short writes
        // are those of the probe.
        const length = Array.isArray(bytes) ? bytes.reduce((sum, part) => sum + part.length, 0) : bytes.length
        if (isBusy && length >= mib && offset >= mib && offset < 44 * mib)
          await new Promise<void>((resolve) => (endLast = resolve))
        await write(bytes, offset)
      },
    })
    const source = { image: { kind: 'file' as const, path }, insecure: true, memory: 1024 * mib }
    const spec: JobSpec = { job: 'write', drive: '/dev/memory', source, acceptUnrecognized: true, writeAll: true }
    const last = (await runJobHere({ ...testPorts.ports, drives: memory.drives }, spec, () => {})).at(-1)
    expect(last).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved' } } })
    expect(threads).toBe(most)
  })

  // A short block makes a short piece, and the decoder has room for few.
  test('writes an image of more blocks in its first MiB than the decoder has room for', async () => {
    const path = directory.file('short-blocks.raw.xz')
    await writeFile(path, await xz(raw.subarray(0, 3 * mib), { blockSize: '4096' }))
    const source = { image: { kind: 'file' as const, path }, insecure: true }
    const spec: JobSpec = { job: 'write', drive: '/dev/memory', source, acceptUnrecognized: true }
    const last = (await runJobHere({ ...testPorts.ports, drives: memory.drives }, spec, () => {})).at(-1)
    expect(last).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved' } } })
    expect(memory.bytes.subarray(0, 3 * mib).equals(raw.subarray(0, 3 * mib))).toBe(true)
  })

  test('clears both ends first, writes the first MiB last, and its first sector last of all', async () => {
    await run()
    const order = memory.operations.filter(({ kind }) => kind !== 'read')
    expect(order.slice(0, 3)).toEqual([
      { kind: 'write', offset: 0, length: mib },
      { kind: 'write', offset: driveSize - mib, length: mib },
      { kind: 'flush' },
    ])
    expect(order.slice(-6)).toEqual([
      { kind: 'write', offset: 4096, length: mib - 4096 },
      { kind: 'flush' },
      { kind: 'write', offset: 0, length: 4096 },
      { kind: 'flush' },
      { kind: 'reread' },
      { kind: 'close' },
    ])
    // The probe marks the start, and leaves zeros there.
    const body = writes().slice(2, -2)
    expect(body.every(({ offset, length }) => offset >= mib || length === 4096)).toBe(true)
  })

  test('reads every byte back after the last write of the body, before the first MiB', async () => {
    await run()
    const { operations } = memory
    const isBody = (operation: Operation) => operation.kind === 'write' && operation.offset >= mib
    const lastBody = operations.findLastIndex(isBody)
    const head = operations.findIndex((operation, index) => index > lastBody && operation.kind === 'write')
    const covered = operations
      .slice(lastBody, head)
      .reduce((sum, operation) => sum + (operation.kind === 'read' ? operation.length : 0), 0)
    expect(covered).toBeGreaterThanOrEqual(raw.length)
  })

  test('without verify says that nothing was read back', async () => {
    const last = (await run({ verify: false })).at(-1)
    expect(last).toMatchObject({ receipt: { drive: { state: 'written-not-read-back', readBackSha256: null } } })
    expect(memory.bytes.subarray(0, raw.length).equals(raw)).toBe(true)
  })

  test('enters its phases in order and ends with the receipt', async () => {
    const events = await run()
    const entered = events.flatMap((event) => (event.event === 'phase' ? [event.phase] : []))
    expect(entered).toEqual(['signature', 'prove', 'prepare', 'write', 'flush', 'read-back', 'finish'])
    expect(events.flatMap((event) => (event.event === 'proof' ? [event.proof] : []))).toEqual(['sha256', 'read-back'])
    expect(events.filter(({ event }) => event === 'done' || event === 'failed')).toHaveLength(1)
  })

  test('never says that less was done than before', async () => {
    const events = await run()
    for (const phase of ['prove', 'write', 'read-back']) {
      const bytes = events.flatMap((event) =>
        event.event === 'progress' && event.phase === phase ? [event.bytes] : [],
      )
      expect(bytes).toEqual([...bytes].sort((a, b) => a - b))
    }
  })

  test.each([
    ['the first', mib],
    ['a middle', 5 * mib],
    ['the last', 9 * mib],
  ])('leaves the drive cleared when %s block cannot be written', async (_, offset) => {
    failWith(
      (operation) =>
        operation.kind === 'write' &&
        operation.offset <= offset &&
        offset < operation.offset + operation.length &&
        operation.offset > 0,
      () => writeError(offset),
    )
    expect(await failed()).toMatchObject({ code: 'drive-write-failed', driveState: 'cleared', details: { offset } })
    expect(isZero(start())).toBe(true)
  })

  test('says that a drive is untouched on which nothing can be written', async () => {
    const before = Buffer.from(memory.bytes)
    failWith(
      ({ kind }) => kind === 'write',
      () => writeError(0),
    )
    expect(await failed()).toMatchObject({ code: 'drive-write-failed', driveState: 'untouched' })
    expect(memory.bytes.equals(before)).toBe(true)
  })

  test('says that nobody knows what is on a drive that cannot be cleared, nor be as it was', async () => {
    let writes = 0
    failWith(
      ({ kind }) => kind === 'write' && ++writes > 1,
      () => writeError(0),
    )
    expect(await failed()).toMatchObject({ code: 'drive-write-failed', driveState: 'unknown' })
  })

  test('says that nobody knows what is on a drive that is gone', async () => {
    let gone = false
    failWith(
      (operation) => (gone ||= operation.kind === 'write' && operation.offset > 4 * mib && operation.offset < 12 * mib),
      () => new KindlingError('drive-gone', { drive: '/dev/memory' }),
    )
    expect(await failed()).toMatchObject({ code: 'drive-gone', driveState: 'unknown' })
  })

  test('counts a failed flush as a failed job', async () => {
    let flushes = 0
    failWith(
      // The first three flushes belong to the clearing and the probe.
      ({ kind }) => kind === 'flush' && ++flushes === 4,
      () => new KindlingError('drive-flush-failed', { reason: 'EIO' }),
    )
    expect(await failed()).toMatchObject({ code: 'drive-flush-failed', driveState: 'cleared' })
    expect(isZero(start())).toBe(true)
  })

  test.each([
    ['flips a bit', 'read-back-mismatch', (bytes: Uint8Array) => void (bytes[77]! ^= 1)],
    ['returns zeros', 'drive-lost-writes', (bytes: Uint8Array) => void bytes.fill(0)],
    ['returns noise', 'drive-reads-vary', (bytes: Uint8Array) => void randomFillSync(bytes)],
  ])('leaves the drive cleared when it %s in the read-back: %s', async (_, code, spoil) => {
    memory.afterRead = (bytes, offset) => {
      // The reads of the probe are not affected.
      if (offset >= 5 * mib && offset < 9 * mib && bytes.length > 4096) spoil(bytes)
    }
    expect(await failed()).toMatchObject({ code, driveState: 'cleared' })
    expect(isZero(start())).toBe(true)
    expect(isZero(end())).toBe(true)
  })

  test('finds a drive that wraps round into its own start', async () => {
    // A write after the first half overwrites the first sector, as on a stick that claims twice its
    // size.
    const wrapsAt = 8 * mib
    memory.before = (operation) => {
      if (operation.kind === 'write' && operation.offset >= wrapsAt && operation.offset < driveSize - mib)
        memory.bytes.fill(7, 0, 512)
    }
    expect(await failed()).toMatchObject({ code: 'read-back-mismatch', driveState: 'cleared' })
  })

  test('never says untouched of a drive whose reads prove nothing', async () => {
    // Zeros before and after, so that nothing seems to have changed.
    memory.afterRead = (bytes, offset) => {
      if (offset >= 5 * mib && offset < 9 * mib) bytes.fill(0)
    }
    expect(await failed()).toMatchObject({ code: 'read-back-mismatch', driveState: 'cleared' })
    expect(isZero(start())).toBe(true)
    expect(isZero(end())).toBe(true)
  })

  test('zeroes the first MiB again when it does not read back', async () => {
    const last = await failed({}, (event) => {
      if (event.event !== 'phase' || event.phase !== 'finish') return
      // Not earlier, because the probe would also detect such a drive.
      memory.afterRead = (bytes, offset) => {
        if (offset === 0 && bytes.some((byte) => byte !== 0)) bytes[600]! ^= 1
      }
    })
    expect(last).toMatchObject({ code: 'read-back-mismatch', driveState: 'cleared', details: { firstDifference: 600 } })
    expect(isZero(start())).toBe(true)
  })

  test('leaves a proved drive alone when all that fails is the look at its partition table', async () => {
    failWith(
      ({ kind }) => kind === 'reread' || kind === 'close',
      () => new Error('EINVAL'),
    )
    const last = (await run()).at(-1)
    expect(last).toMatchObject({
      event: 'done',
      receipt: {
        drive: { state: 'proved' },
        warnings: [{ code: 'partition-table-not-reread' }, { code: 'drive-not-closed' }],
      },
    })
    expect(memory.bytes.subarray(0, raw.length).equals(raw)).toBe(true)
  })

  test('touches nothing when the hash is wrong', async () => {
    expect(await failed({ sha256: '0'.repeat(64) })).toMatchObject({ code: 'sha256-mismatch', driveState: 'untouched' })
    expect(memory.operations).toEqual([])
  })

  test('notices an image that is replaced after it was proved', async () => {
    const file = directory.file('replaced.raw')
    const proved = makeRawImage({ size: 3 * mib, seed: 7 })
    await writeFile(file, proved)
    const last = await failed({ file, sha256: createHash('sha256').update(proved).digest('hex') }, (event) => {
      if (event.event === 'phase' && event.phase === 'prepare')
        writeFileSync(file, makeRawImage({ size: 3 * mib, seed: 8 }))
    })
    expect(last).toMatchObject({ code: 'source-changed', driveState: 'cleared' })
    expect(isZero(start())).toBe(true)
  })

  test.each([
    ['longer', 2 * mib, 3 * mib],
    ['shorter', 3 * mib, 2 * mib],
  ])('notices a server whose image is %s than the end of its file said', async (_, ...sizes) => {
    const files = await Promise.all(sizes.map((size) => xz(makeRawImage({ size, seed: 9 }))))
    // A stream may be followed by zeros, so files of different images can have the same length.
    const length = Math.ceil(Math.max(...files.map((file) => file.length)) / 4) * 4
    const [stated, sent] = files.map((file) => Buffer.concat([file, Buffer.alloc(length - file.length)]))
    const server = createServer((request, response) => {
      const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []
      if (request.url !== '/image.xz') response.writeHead(404).end()
      else if (first === undefined) response.writeHead(200, { 'content-length': length }).end(sent)
      else {
        const part = stated!.subarray(Number(first), Number(last) + 1)
        response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${length}` }).end(part)
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const last = await failed({ url: `http://127.0.0.1:${port}/image.xz` })
    await new Promise((resolve) => server.close(resolve))
    expect(last).toMatchObject({ code: 'image-size-differs', driveState: 'cleared' })
    expect(isZero(start())).toBe(true)
  })

  test.each(['prove', 'prepare', 'write', 'flush', 'read-back'] as const)(
    'stops in the phase %s on request, and says what the drive is',
    async (phase) => {
      const last = await failed({}, (event, cancel) => {
        if (event.event === 'phase' && event.phase === phase) cancel()
      })
      const touched = ['write', 'flush', 'read-back'].includes(phase)
      expect(last).toMatchObject({ code: 'interrupted', driveState: touched ? 'cleared' : 'untouched' })
      expect(memory.operations.some(({ kind }) => kind === 'write')).toBe(touched)
      if (touched) expect(isZero(start())).toBe(true)
    },
  )

  test.each([
    ['smaller than the withheld start', 300_000],
    ['as large as the withheld start', mib],
    ['as large as the drive', driveSize],
  ])('writes an image that is %s', async (_, size) => {
    const small = makeRawImage({ size, seed: 5 })
    const file = directory.file(`small-${size}.raw`)
    await writeFile(file, small)
    const last = (await run({ file, sha256: createHash('sha256').update(small).digest('hex') })).at(-1)
    expect(last).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved', bytesWritten: size } } })
    expect(memory.bytes.subarray(0, size).equals(small)).toBe(true)
  })

  test.each([4096, 64 * 1024, mib - 512, mib, mib + 512, 2 * mib, 4 * mib - 512, 4 * mib])(
    'fills a drive of %i bytes, however small it is',
    async (size) => {
      memory = makeMemoryDrive({ size })
      const whole = makeNoise(size, 7)
      whole.write('\x55\xaa', 510, 'latin1')
      const file = directory.file(`whole-${size}.raw`)
      await writeFile(file, whole)
      const last = (await run({ file, sha256: createHash('sha256').update(whole).digest('hex') })).at(-1)
      expect(last).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved' } } })
      expect(memory.bytes.equals(whole)).toBe(true)
    },
  )

  test('refuses an image that is one byte too large, and touches nothing', async () => {
    const large = makeRawImage({ size: driveSize + 1, seed: 6 })
    const file = directory.file('large.raw')
    await writeFile(file, large)
    expect(await failed({ file, sha256: createHash('sha256').update(large).digest('hex') })).toMatchObject({
      code: 'drive-too-small',
      driveState: 'untouched',
    })
    expect(memory.operations).toEqual([])
  })

  test('writes an image that does not look like a disk image only with consent, and the receipt says so', async () => {
    const noise = makeNoise(3 * mib, 8)
    const file = directory.file('noise.raw')
    await writeFile(file, noise)
    const given = { file, sha256: createHash('sha256').update(noise).digest('hex') }
    expect(await failed(given)).toMatchObject({ code: 'image-unrecognized', driveState: 'untouched' })
    expect(memory.operations).toEqual([])

    const last = (await run({ ...given, acceptUnrecognized: true })).at(-1)
    const warnings = [{ code: 'image-unrecognized' }]
    expect(last).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved' }, warnings } })
    expect(memory.bytes.subarray(0, noise.length).equals(noise)).toBe(true)
  })

  test('refuses an image for other sectors, and touches nothing', async () => {
    memory = makeMemoryDrive({ size: driveSize, sectorSize: 4096 })
    expect(await failed()).toMatchObject({
      code: 'drive-sector-size',
      driveState: 'untouched',
      details: { imageSectorSize: 512, driveSectorSize: 4096, format: '4k.raw.xz' },
    })
    expect(memory.operations).toEqual([])
  })
})
