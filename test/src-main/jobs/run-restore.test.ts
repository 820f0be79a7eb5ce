import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { FailureCode } from '../../../src-shared/failure-catalog.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { JobEvent } from '../../../src-shared/job.ts'
import { isZero } from '../../../src-main/memory/is-zero.ts'
import type { Operation } from '../../support/drives/drive-clock.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

const driveSize = 12 * mib

describe('restore job', () => {
  let world: TestPorts
  let memory: MemoryDrive
  beforeAll(async () => void (world = await makeTestPorts()))
  afterAll(() => world.dispose())
  beforeEach(() => void (memory = makeMemoryDrive({ size: driveSize })))

  const run = (onEvent?: (event: JobEvent, cancel: () => void) => void, label?: string) =>
    runJobHere({ ...world.ports, drives: memory.drives }, { job: 'restore', drive: '/dev/memory', label }, onEvent)
  const last = async (...args: Parameters<typeof run>) => (await run(...args)).at(-1)!
  const writes = () => memory.operations.flatMap((operation) => (operation.kind === 'write' ? [operation] : []))
  const ends = () => [memory.bytes.subarray(0, mib), memory.bytes.subarray(driveSize - mib)]
  const areCleared = () => ends().every(isZero)
  const failAt = (matches: (operation: Operation) => boolean) => {
    memory.before = (operation) => {
      if (matches(operation)) throw new KindlingError('drive-write-failed', { drive: 'x', offset: 0, reason: 'EIO' })
    }
  }
  /** Whether an operation writes the file system, behind the ends that are cleared before. */
  const isOfBody = (operation: Operation) =>
    operation.kind === 'write' && operation.offset === mib && operation.length === mib

  test('writes the partition table last, its sector at the end, and reads everything back', async () => {
    const done = await last()
    expect(done).toMatchObject({ event: 'done', job: 'restore', fileSystem: 'exfat', table: 'mbr', label: null })
    const order = writes()
    expect(order.at(-1)).toMatchObject({ offset: 0, length: 4096 })
    expect(order.at(-2)).toMatchObject({ offset: 4096, length: mib - 4096 })
    const body = order.findLastIndex(({ offset }) => offset >= mib)
    expect(body).toBe(order.length - 3)
    const written = memory.operations.findLastIndex(
      (operation) => operation.kind === 'write' && operation.offset >= mib,
    )
    const read = memory.operations
      .slice(written)
      .some(({ kind, ...at }) => kind === 'read' && 'offset' in at && at.offset === mib)
    expect(read).toBe(true)
    expect(memory.operations.at(-1)!.kind).toBe('close')
  })

  test('leaves the bytes between the file system and the end as they were', async () => {
    await run()
    expect(memory.bytes.subarray(4 * mib, 10 * mib).equals(Buffer.alloc(6 * mib, 0xa5))).toBe(true)
    expect(isZero(ends()[1]!)).toBe(true)
  })

  const failed = async (code: FailureCode, ...args: Parameters<typeof run>) => {
    const event = await last(...args)
    expect(event).toMatchObject({ event: 'failed', code })
    return (event as Extract<JobEvent, { event: 'failed' }>).driveState
  }

  test('leaves the drive cleared when a write fails', async () => {
    failAt(isOfBody)
    expect(await failed('drive-write-failed')).toBe('cleared')
    expect(areCleared()).toBe(true)
  })

  test('leaves the drive cleared when it returns other bytes', async () => {
    memory.afterWrite = (offset) => {
      if (offset === mib) memory.bytes[mib + 100_000]! ^= 1
    }
    expect(await failed('read-back-mismatch')).toBe('cleared')
    expect(areCleared()).toBe(true)
  })

  test('leaves the drive cleared when the table is not stored', async () => {
    memory.afterWrite = (offset, length) => {
      if (offset === 0 && length === 4096) memory.bytes[510]! ^= 1
    }
    expect(await failed('read-back-mismatch')).toBe('cleared')
    expect(areCleared()).toBe(true)
  })

  test('leaves the drive cleared when it is cancelled while it writes', async () => {
    let cancel = () => undefined as void
    memory.before = (operation) => {
      if (isOfBody(operation)) cancel()
    }
    expect(
      await failed('interrupted', (_, stop) => {
        cancel = stop
      }),
    ).toBe('cleared')
    expect(areCleared()).toBe(true)
  })

  test('restores the bytes of a drive that cannot be cleared, and says that it is untouched', async () => {
    let clearing = 0
    failAt(({ kind }) => kind === 'flush' && ++clearing === 1)
    expect(await failed('drive-write-failed')).toBe('untouched')
    expect(memory.bytes.equals(Buffer.alloc(driveSize, 0xa5))).toBe(true)
  })

  test('refuses a label before it opens the drive', async () => {
    expect(await failed('usage', undefined, 'a/b')).toBe('untouched')
    expect(memory.operations).toEqual([])
  })

  test('stores its receipt, readable by the user alone', async () => {
    await run()
    const directory = join(world.ports.paths.state, 'receipts')
    const [name] = (await readdir(directory)).toReversed()
    const kept = JSON.parse(await readFile(join(directory, name!), 'utf8')) as object
    expect(kept).toMatchObject({ job: 'restore', fileSystem: 'exfat', drive: { state: 'proved' } })
    expect((await stat(join(directory, name!))).mode & 0o777).toBe(0o600)
  })
})
