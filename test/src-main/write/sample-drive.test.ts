import { describe, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import { sampleDrive } from '../../../src-main/write/sample-drive.ts'
import { failureOf } from '../../support/failing.ts'
import { makeMemoryDrive } from '../../support/drives/memory-drive.ts'

const mebibyte = 2 ** 20
const memory = Buffer.alloc(4 * mebibyte)

async function sample(size: number, spoil: (bytes: Buffer) => void = () => {}) {
  const contents = Buffer.alloc(size)
  spoil(contents)
  const speeds = { read: 100 * mebibyte, write: 20 * mebibyte, latency: 1 }
  const drive = makeMemoryDrive({ size, speeds, contents })
  const range = { offset: mebibyte, length: size - mebibyte }
  const found = await sampleDrive(drive.target, range, memory, drive.now)
  const read = drive.operations.reduce((sum, each) => sum + (each.kind === 'read' ? each.length : 0), 0)
  return { found: found!, operations: drive.operations, read, now: drive.now() }
}

describe('a sample of a drive', () => {
  test('finds zeros clean everywhere, for one part in a hundred of the bytes', async () => {
    const { found, read, now } = await sample(256 * mebibyte)
    expect(found.isClean(mebibyte, mebibyte)).toBe(true)
    expect(found.isClean(255 * mebibyte, mebibyte)).toBe(true)
    expect(read).toBeLessThanOrEqual(2.56 * mebibyte)
    expect(found.elapsed).toBe(now)
    expect(found.readRate / mebibyte).toBeCloseTo(0.1, 1)
    expect(found.seekTime).toBeCloseTo(1 + 0.625)
  })

  test('answers for its range alone', async () => {
    const { found } = await sample(64 * mebibyte)
    expect(found.isClean(0, mebibyte)).toBe(false)
    expect(found.isClean(64 * mebibyte, 4096)).toBe(false)
  })

  test('ends soon on a drive that is full', async () => {
    const { found, operations } = await sample(256 * mebibyte, (bytes) => bytes.fill(7))
    expect(operations).toHaveLength(1 + 8)
    expect(found.isClean(100 * mebibyte, 65_536)).toBe(false)
  })

  test('calls the rest of a drive clean that is full at its start, at some distance', async () => {
    const { found } = await sample(256 * mebibyte, (bytes) => bytes.fill(7, 0, 100 * mebibyte))
    expect(found.isClean(90 * mebibyte, 65_536)).toBe(false)
    expect(found.isClean(110 * mebibyte, 65_536)).toBe(false)
    expect(found.isClean(180 * mebibyte, 65_536)).toBe(true)
  })

  test('sees what a file system puts at its start', async () => {
    const { found } = await sample(256 * mebibyte, (bytes) => bytes.fill(7, mebibyte, mebibyte + 512))
    expect(found.isClean(2 * mebibyte, 65_536)).toBe(false)
    expect(found.isClean(200 * mebibyte, 65_536)).toBe(true)
  })

  test('calls no place clean where every other MiB is full', async () => {
    const { found } = await sample(128 * mebibyte, (bytes) => {
      for (let at = 0; at < bytes.length; at += 2 * mebibyte) bytes.fill(7, at, at + mebibyte)
    })
    for (let at = mebibyte; at < 128 * mebibyte; at += mebibyte) expect(found.isClean(at, 65_536)).toBe(false)
  })

  test('is made of aligned reads inside the range', async () => {
    for (const size of [mebibyte + 65_536, 2 * mebibyte, 7 * mebibyte + 4096, 64 * mebibyte]) {
      const { operations } = await sample(size)
      expect(operations.length).toBeGreaterThan(1)
      for (const operation of operations) {
        if (operation.kind !== 'read') throw new Error(operation.kind)
        expect(operation.offset % 4096).toBe(0)
        expect(operation.length % 4096).toBe(0)
        expect(operation.offset).toBeGreaterThanOrEqual(mebibyte)
        expect(operation.offset + operation.length).toBeLessThanOrEqual(size)
      }
    }
  })

  test('of a drive that cannot be read is none, and that of a drive that is gone is the end', async () => {
    const range = { offset: mebibyte, length: 7 * mebibyte }
    const drive = makeMemoryDrive({ size: 8 * mebibyte })
    let code: 'drive-read-failed' | 'drive-gone' = 'drive-read-failed'
    drive.before = () => {
      throw new KindlingError(code, { drive: '/dev/memory', offset: mebibyte, reason: 'EIO' })
    }
    expect(await sampleDrive(drive.target, range, memory, drive.now)).toBeNull()
    code = 'drive-gone'
    expect(await failureOf(sampleDrive(drive.target, range, memory, drive.now))).toMatchObject({ code })
  })
})
