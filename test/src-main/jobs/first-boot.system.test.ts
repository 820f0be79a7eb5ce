import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { JobEvent, WriteSpec } from '../../../src-shared/job.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeBootImage, type BootImage } from '../../support/images/boot-image.ts'
import { describeWith } from '../../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

// The order of a first boot, on a drive in memory whose every operation can be made to fail.

const config = JSON.stringify({ ignition: { version: '3.4.0' } })

describeWith(['command:mke2fs'], 'a write with a first boot', () => {
  let directory: TemporaryDirectory
  let testPorts: TestPorts
  let made: BootImage
  let [path, location]: string[] = []
  let sha256: string
  beforeAll(async () => {
    directory = await makeTemporaryDirectory()
    made = await makeBootImage()
    ;[path, location] = [directory.file('metal.raw'), directory.file('config.ign')]
    await writeFile(path, made.image)
    await writeFile(location, config)
    sha256 = createHash('sha256').update(made.image).digest('hex')
    testPorts = await makeTestPorts()
  })
  afterAll(async () => {
    await testPorts.dispose()
    await directory.dispose()
  })

  const makeDrive = () => makeMemoryDrive({ size: made.image.length + mib })
  const run = async (
    memory: MemoryDrive,
    onEvent?: (event: JobEvent, cancel: () => void) => void,
    options: Pick<WriteSpec, 'firstBoot'> = {
      firstBoot: { ignition: { location: location! }, acceptNoLogin: true, appendKargs: ['quiet'] },
    },
  ) => {
    const events = await runJobHere(
      { ...testPorts.ports, drives: memory.drives },
      {
        job: 'write',
        drive: '/dev/memory',
        source: { image: { kind: 'file', path: path! }, sha256 },
        verify: true,
        ...options,
      },
      onEvent,
    )
    return events.at(-1)!
  }
  /** Returns the number of operations before the first write behind the read-back, and all. */
  async function findEdits(): Promise<{ first: number; last: number }> {
    const memory = makeDrive()
    expect(await run(memory)).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved' } } })
    const { operations } = memory
    const last = operations.findLastIndex(({ kind }) => kind === 'flush')
    const lastWrite = operations.findLastIndex((each) => each.kind === 'write' && each.offset >= mib)
    const flushes = operations.flatMap(({ kind }, index) => (kind === 'flush' && index < lastWrite ? [index] : []))
    return { first: flushes.at(-1)! + 1, last }
  }
  const isCleared = ({ bytes }: MemoryDrive) => bytes.subarray(0, mib).every((byte) => byte === 0)

  test('writes the image, proves it, edits it, proves the edits, and only then the first MiB', async () => {
    const memory = makeDrive()
    await run(memory)
    const changes = memory.operations.filter(({ kind }) => kind === 'write' || kind === 'flush')
    const steps = changes.map((each) =>
      each.kind !== 'write'
        ? 'flush'
        : each.offset >= made.boot.start && each.offset < made.boot.end
          ? 'boot'
          : each.offset < mib
            ? 'head'
            : 'image',
    )
    // The last steps: edits of the boot file system, a flush, the first MiB in two parts.
    expect(steps.slice(steps.lastIndexOf('boot'))).toEqual(['boot', 'flush', 'head', 'flush', 'head', 'flush'])
    expect(memory.bytes.includes(config)).toBe(true)
    const head = await readFile(path!)
    expect(memory.bytes.subarray(0, mib).equals(head.subarray(0, mib))).toBe(true)
  })

  test('leaves the drive cleared if any operation of the edits fails', async () => {
    const { first, last } = await findEdits()
    expect(last - first).toBeGreaterThan(20)
    for (let at = first; at < last; at += Math.ceil((last - first) / 12)) {
      const memory = makeDrive()
      let done = 0
      memory.before = () => {
        if (done++ === at) throw new KindlingError('drive-gone', { drive: '/dev/memory' })
      }
      const event = await run(memory)
      expect(event, `operation ${at}`).toMatchObject({ event: 'failed', code: 'drive-gone' })
      expect(isCleared(memory), `operation ${at}`).toBe(true)
    }
  })

  test('is never bootable before the edits are proved, at any operation', async () => {
    const memory = makeDrive()
    let edited = false
    memory.before = (operation) => {
      edited ||= memory.bytes.includes(config) && operation.kind === 'write' && operation.offset < mib
      if (!edited && memory.operations.length > 100)
        expect(memory.bytes.subarray(0, 4096).every((byte) => byte === 0)).toBe(true)
    }
    expect(await run(memory)).toMatchObject({ event: 'done' })
    expect(edited).toBe(true)
  })

  test('works over such a drive, with or without a first boot', async () => {
    const memory = makeDrive()
    await run(memory)
    const before = Buffer.from(memory.bytes)
    expect(await run(memory)).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved' } } })
    expect(memory.bytes.includes(config)).toBe(true)
    const { start, end } = made.boot
    expect(memory.bytes.subarray(0, start).equals(before.subarray(0, start))).toBe(true)
    expect(memory.bytes.subarray(end).equals(before.subarray(end))).toBe(true)
    const bare = await run(memory, undefined, { firstBoot: undefined })
    expect(bare).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved', firstBoot: null } } })
    expect(memory.bytes.subarray(0, made.image.length).equals(made.image)).toBe(true)
  })

  test('leaves the drive cleared if it stores an edit wrongly', async () => {
    const memory = makeDrive()
    memory.afterWrite = (offset) => {
      const place = memory.bytes.indexOf(config)
      if (place > 0 && offset >= mib) memory.bytes[place + 3]! ^= 1
    }
    expect(await run(memory)).toMatchObject({ code: 'read-back-mismatch', driveState: 'cleared' })
    expect(isCleared(memory)).toBe(true)
  })

  test('leaves the drive cleared if it is cancelled during the edits', async () => {
    const memory = makeDrive()
    let cancelled = false
    const event = await run(memory, (happened, cancel) => {
      if (happened.event === 'phase' && happened.phase === 'finish') {
        cancelled = true
        cancel()
      }
    })
    expect(cancelled).toBe(true)
    expect(event).toMatchObject({ event: 'failed', code: 'interrupted', driveState: 'cleared' })
    expect(isCleared(memory)).toBe(true)
  })
})
