import { randomFillSync } from 'node:crypto'
import { constants } from 'node:fs'
import { open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFileTarget } from '../../../src-main/write/file-target.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { openTarget } from '../../support/drives/open-target.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { mib } from '../../support/files/mib.ts'

let temporary: TemporaryDirectory
beforeAll(async () => {
  temporary = await makeTemporaryDirectory()
})
afterAll(() => temporary.dispose())

describe('a target behind a file', () => {
  test('writes and reads any bytes at any offset, and nothing else changes', async () => {
    const path = temporary.file('any')
    await writeFile(path, Buffer.alloc(10_000, 7))
    const target = await openTarget(path, 10_000)
    const bytes = randomFillSync(new Uint8Array(1234))
    await target.write(bytes, 4321)
    await target.flush()
    const back = new Uint8Array(1234)
    await target.read(back, 4321)
    await target.close()
    expect(back).toEqual(bytes)
    const whole = await readFile(path)
    expect(whole.length).toBe(10_000)
    expect(whole.subarray(0, 4321).every((byte) => byte === 7)).toBe(true)
    expect(whole.subarray(4321 + 1234).every((byte) => byte === 7)).toBe(true)
  })

  test('lets no more than 64 MiB wait in the cache where writes go through it', async () => {
    const path = temporary.file('cached')
    const size = 130 * mib
    await writeFile(path, '')
    await truncate(path, size)
    const handle = await open(path, constants.O_RDWR)
    let unflushed = 0
    let most = 0
    const sync = handle.sync.bind(handle)
    handle.sync = async () => {
      await sync()
      unflushed = 0
    }
    const target = createFileTarget({
      handle,
      device: path,
      isFile: true,
      size,
      sectorSize: 512,
      alignment: 1,
      pastCache: false,
      rereadPartitionTable: async () => null,
      eject: async () => null,
    })
    const bytes = new Uint8Array(4 * mib)
    for (let at = 0; at + bytes.length <= size; at += bytes.length) {
      await target.write(bytes, at)
      most = Math.max(most, (unflushed += bytes.length))
    }
    await target.close()
    expect(most).toBeLessThanOrEqual(64 * mib)
  })

  test('writes several parts one after the other', async () => {
    const path = temporary.file('parts')
    await writeFile(path, Buffer.alloc(10_000, 7))
    const target = await openTarget(path, 10_000)
    const bytes = randomFillSync(new Uint8Array(5000))
    await target.write([bytes.subarray(0, 1), bytes.subarray(1, 4000), bytes.subarray(4000)], 100)
    const failure = await failureOf(target.write([bytes.subarray(0, 4000), bytes.subarray(4000)], 5001))
    await target.close()
    expect(failure).toMatchObject({ code: 'drive-write-failed', details: { offset: 10_000 } })
    const whole = await readFile(path)
    expect(whole.subarray(100, 5100).equals(bytes)).toBe(true)
    expect(whole.subarray(5100).every((byte) => byte === 7)).toBe(true)
  })

  test('goes on where the system stopped in the middle of the parts', async () => {
    const path = temporary.file('short')
    await writeFile(path, Buffer.alloc(10_000))
    const handle = await open(path, 'r+')
    const bytes = randomFillSync(new Uint8Array(5000))
    // The system usually writes everything at once, but a signal or a full disk may stop it.
    const short = new Proxy(handle, {
      get(_, name) {
        if (name === 'writev')
          return (parts: Uint8Array[], at: number) => handle.write(Buffer.concat(parts), 0, 1700, at)
        const member: unknown = Reflect.get(handle, name)
        return typeof member === 'function' ? (member.bind(handle) as unknown) : member
      },
    })
    const opened = { device: path, isFile: true, size: 10_000, sectorSize: 512, alignment: 1, pastCache: false }
    const target = createFileTarget({
      ...opened,
      handle: short,
      rereadPartitionTable: async () => null,
      eject: async () => null,
    })
    await target.write([bytes.subarray(0, 1000), bytes.subarray(1000, 3000), bytes.subarray(3000)], 10)
    await handle.close()
    expect((await readFile(path)).subarray(10, 5010).equals(bytes)).toBe(true)
  })

  test('never grows: bytes past the end are refused before any is written', async () => {
    const path = temporary.file('small')
    await writeFile(path, Buffer.alloc(1000))
    const target = await openTarget(path, 1000)
    const failure = await failureOf(target.write(new Uint8Array(8).fill(1), 996))
    await target.close()
    expect(failure).toMatchObject({ code: 'drive-write-failed', details: { drive: path, offset: 1000 } })
    expect((await readFile(path)).equals(Buffer.alloc(1000))).toBe(true)
  })

  test('a file that became shorter fails to read at the byte where it ends', async () => {
    const path = temporary.file('shrunk')
    await writeFile(path, Buffer.alloc(1000))
    const target = await openTarget(path, 1000)
    await truncate(path, 600)
    expect(await failureOf(target.read(new Uint8Array(500), 500))).toMatchObject({
      code: 'drive-read-failed',
      details: { offset: 600 },
    })
    await target.close()
  })

  test('an error of the system is told with its offset', async () => {
    const path = temporary.file('read-only')
    await writeFile(path, Buffer.alloc(1000))
    const target = await openTarget(path, 1000, constants.O_RDONLY)
    expect(await failureOf(target.write(new Uint8Array(10), 20))).toMatchObject({
      code: 'drive-write-failed',
      details: { offset: 20, reason: expect.stringContaining('EBADF') },
    })
    await target.close()
  })

  test('an error on a drive that is not there any more says so', async () => {
    const path = temporary.file('pulled')
    await writeFile(path, Buffer.alloc(1000))
    const target = await openTarget(path, 1000, constants.O_RDONLY)
    await rm(path)
    expect(await failureOf(target.write(new Uint8Array(10), 0))).toMatchObject({
      code: 'drive-gone',
      details: { drive: path },
    })
    await target.close()
  })
})
