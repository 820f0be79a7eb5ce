import { describe, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import { sampleDrive } from '../../../src-main/write/sample-drive.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { makeMemoryDrive } from '../../support/drives/memory-drive.ts'
import { mib } from '../../support/files/mib.ts'

const memory = Buffer.alloc(4 * mib)

async function sample(size: number, spoil: (bytes: Buffer) => void = () => {}) {
  const contents = Buffer.alloc(size)
  spoil(contents)
  const speeds = { read: 100 * mib, write: 20 * mib, latency: 1 }
  const drive = makeMemoryDrive({ size, speeds, contents })
  const range = { offset: mib, length: size - mib }
  const found = await sampleDrive(drive.target, range, memory, drive.now)
  const read = drive.operations.reduce((sum, each) => sum + (each.kind === 'read' ? each.length : 0), 0)
  return { found: found!, operations: drive.operations, read, now: drive.now() }
}

describe('a sample of a drive', () => {
  test('finds zeros clean everywhere, for one part in a hundred of the bytes', async () => {
    const { found, read, now } = await sample(256 * mib)
    expect(found.isClean(mib, mib)).toBe(true)
    expect(found.isClean(255 * mib, mib)).toBe(true)
    expect(read).toBeLessThanOrEqual(2.56 * mib)
    expect(found.elapsed).toBe(now)
    expect(found.readRate / mib).toBeCloseTo(0.1, 1)
    expect(found.seekTime).toBeCloseTo(1 + 0.625)
  })

  test('answers for its range alone', async () => {
    const { found } = await sample(64 * mib)
    expect(found.isClean(0, mib)).toBe(false)
    expect(found.isClean(64 * mib, 4096)).toBe(false)
  })

  test('ends soon on a drive that is full', async () => {
    const { found, operations } = await sample(256 * mib, (bytes) => bytes.fill(7))
    expect(operations).toHaveLength(1 + 8)
    expect(found.isClean(100 * mib, 65_536)).toBe(false)
  })

  test('calls the rest of a drive clean that is full at its start, at some distance', async () => {
    const { found } = await sample(256 * mib, (bytes) => bytes.fill(7, 0, 100 * mib))
    expect(found.isClean(90 * mib, 65_536)).toBe(false)
    expect(found.isClean(110 * mib, 65_536)).toBe(false)
    expect(found.isClean(180 * mib, 65_536)).toBe(true)
  })

  test('sees what a file system puts at its start', async () => {
    const { found } = await sample(256 * mib, (bytes) => bytes.fill(7, mib, mib + 512))
    expect(found.isClean(2 * mib, 65_536)).toBe(false)
    expect(found.isClean(200 * mib, 65_536)).toBe(true)
  })

  test('calls no place clean where every other MiB is full', async () => {
    const { found } = await sample(128 * mib, (bytes) => {
      for (let at = 0; at < bytes.length; at += 2 * mib) bytes.fill(7, at, at + mib)
    })
    for (let at = mib; at < 128 * mib; at += mib) expect(found.isClean(at, 65_536)).toBe(false)
  })

  test('is made of aligned reads inside the range', async () => {
    for (const size of [mib + 65_536, 2 * mib, 7 * mib + 4096, 64 * mib]) {
      const { operations } = await sample(size)
      expect(operations.length).toBeGreaterThan(1)
      for (const operation of operations) {
        if (operation.kind !== 'read') throw new Error(operation.kind)
        expect(operation.offset % 4096).toBe(0)
        expect(operation.length % 4096).toBe(0)
        expect(operation.offset).toBeGreaterThanOrEqual(mib)
        expect(operation.offset + operation.length).toBeLessThanOrEqual(size)
      }
    }
  })

  test('of a drive that cannot be read is none, and that of a drive that is gone is the end', async () => {
    const range = { offset: mib, length: 7 * mib }
    const drive = makeMemoryDrive({ size: 8 * mib })
    let code: 'drive-read-failed' | 'drive-gone' = 'drive-read-failed'
    drive.before = () => {
      throw new KindlingError(code, { drive: '/dev/memory', offset: mib, reason: 'EIO' })
    }
    expect(await sampleDrive(drive.target, range, memory, drive.now)).toBeNull()
    code = 'drive-gone'
    expect(await failureOf(sampleDrive(drive.target, range, memory, drive.now))).toMatchObject({ code })
  })
})
