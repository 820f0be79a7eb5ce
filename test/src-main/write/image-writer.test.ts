import { describe, expect, test } from 'vitest'
import { withheldSize } from '../../../src-main/write/withheld-ends.ts'
import { createBusyClock } from '../../../src-main/memory/busy-clock.ts'
import { startWriting } from '../../../src-main/write/image-writer.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { cutIntoPieces } from '../../support/images/counted-pieces.ts'
import type { Speeds } from '../../support/drives/drive-clock.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import {
  makeNoisyImage,
  partlyZero,
  readImageBack,
  sha256,
  tell,
  writeImage,
} from '../../support/drives/write-image.ts'
import { mib } from '../../support/files/mib.ts'

const stick = { read: 100 * mib, write: 20 * mib, latency: 1 }

function makeDrive(size: number, speeds: Speeds = stick, old?: Buffer): MemoryDrive {
  const contents = Buffer.alloc(size)
  old?.copy(contents)
  return makeMemoryDrive({ size, speeds, contents })
}

function expectImage(memory: MemoryDrive, image: Buffer) {
  expect(memory.bytes.subarray(withheldSize, image.length).equals(image.subarray(withheldSize))).toBe(true)
}

describe('writing an image', () => {
  test('told to write all, it writes in order what is not withheld, in larger writes as pieces wait, and reads nothing', async () => {
    const image = makeNoisyImage(12 * mib, partlyZero)
    const memory = makeDrive(16 * mib)
    const written = await writeImage(memory, image, { writeAll: true })
    expectImage(memory, image)
    expect(written).toEqual({ size: 12 * mib, written: 11 * mib, skipped: 0, deferred: [] })
    expect(memory.operations.every((each) => each.kind === 'write')).toBe(true)
    expect(tell(memory, 'write')).toEqual([
      'write 1+1',
      'write 2+1',
      'write 3+2',
      'write 5+2',
      'write 7+2',
      'write 9+2',
      'write 11+1',
    ])
  })

  test('on a clean drive only what is not zero is written, and the zeros are deferred', async () => {
    const image = makeNoisyImage(64 * mib, partlyZero)
    const memory = makeDrive(80 * mib)
    const written = await writeImage(memory, image)
    expect(written.deferred.map((each) => [each.offset / mib, each.length / mib])).toEqual([
      [1, 8],
      [20, 9],
      [40, 9],
      [60, 4],
    ])
    expect(written).toMatchObject({ written: 33 * mib, skipped: 30 * mib })
    const writes = memory.operations.flatMap((each) => (each.kind === 'write' ? [each] : []))
    expect(writes.reduce((sum, each) => sum + each.length, 0)).toBe(33 * mib)
    // Inspecting the drive costs little: 8 stretches, 5 in order, and a probe every 4 MiB.
    const reads = memory.operations.flatMap((each) => (each.kind === 'read' ? [each.length] : []))
    expect(reads.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(1.25 * mib)
    expectImage(memory, image)
    const proved = await readImageBack(memory, image, written)
    expect(proved).toEqual({ sha256: sha256(image), restarts: [], read: image.length })
  })

  test('a clean drive takes as long as its non-zero bytes and one reading', async () => {
    const image = makeNoisyImage(64 * mib, partlyZero)
    const memory = makeDrive(80 * mib)
    const written = await writeImage(memory, image)
    await readImageBack(memory, image, written)
    const ideal = written.written / stick.write + image.length / stick.read
    expect(memory.now() / 1000 / ideal).toBeLessThan(1.03)
  })

  test('where the drive holds an older image, what did not change is not written', async () => {
    const image = makeNoisyImage(96 * mib, partlyZero)
    const old = Buffer.from(image)
    for (let at = 0; at < old.length; at += 10 * mib) old.fill(3, at, at + mib)
    const memory = makeDrive(100 * mib, stick, old)
    const written = await writeImage(memory, image)
    expect(written.written).toBeLessThan(40 * mib)
    expect(written.written + written.skipped).toBe(image.length - withheldSize)
    expect(memory.now()).toBeLessThan(0.6 * ((95 * mib) / stick.write) * 1000)
    expectImage(memory, image)
    expect(await readImageBack(memory, image, written)).toMatchObject({ sha256: sha256(image), restarts: [] })
  })

  test('reading first ends where the old image ends', async () => {
    const image = makeNoisyImage(96 * mib)
    const old = makeNoisyImage(96 * mib, undefined, 8)
    image.copy(old, 0, 0, 48 * mib)
    const memory = makeDrive(100 * mib, stick, old)
    const written = await writeImage(memory, image)
    const late = memory.operations.filter((each) => each.kind === 'read' && each.offset >= 60 * mib)
    expect(written.skipped).toBeGreaterThan(20 * mib)
    // Only probes: one stretch every 4 MiB.
    expect(late.slice(8).length).toBeLessThanOrEqual(10)
    expectImage(memory, image)
  })

  test.each([
    ['reads as slowly as it writes', { ...stick, read: stick.write }],
    ['reads a little faster', { ...stick, read: stick.write * 1.3 }],
    ['reads faster', stick],
    ['takes long to begin', { ...stick, latency: 4 }],
    ['reads slower than it writes', { ...stick, read: stick.write * 0.8 }],
    ['is fast', { read: 2000 * mib, write: 1500 * mib, latency: 0.05 }],
  ])('on a drive full of other bytes that %s, it costs at most 3 %%', async (_, speeds) => {
    const image = makeNoisyImage(64 * mib, partlyZero)
    const old = makeNoisyImage(80 * mib, undefined, 8)
    const plain = makeDrive(80 * mib, speeds, old)
    await writeImage(plain, image, { writeAll: true })
    const memory = makeDrive(80 * mib, speeds, old)
    const written = await writeImage(memory, image)
    expect(written).toEqual({ size: image.length, written: image.length - withheldSize, skipped: 0, deferred: [] })
    expect(memory.now() / plain.now()).toBeLessThan(1.03)
    expectImage(memory, image)
  })

  test('an image too small to gain anything is written plainly', async () => {
    const image = makeNoisyImage(8 * mib, partlyZero)
    const memory = makeDrive(16 * mib)
    expect(await writeImage(memory, image)).toMatchObject({ skipped: 0 })
    expect(tell(memory, 'read')).toEqual([])
  })

  test('when nobody reads back, zeros are deferred only where reading is quicker than writing', async () => {
    const image = makeNoisyImage(64 * mib, partlyZero)
    const quick = await writeImage(makeDrive(80 * mib), image, { readsBack: false })
    expect(quick.skipped).toBe(30 * mib)
    const even = makeDrive(80 * mib, { ...stick, read: stick.write })
    const slow = await writeImage(even, image, { readsBack: false })
    expect(slow.skipped).toBeLessThan(18 * mib)
    expectImage(even, image)
  })

  test('the size of the image need not be known', async () => {
    const image = makeNoisyImage(64 * mib, partlyZero)
    const memory = makeDrive(80 * mib)
    expect(await writeImage(memory, image, { size: null })).toMatchObject({
      size: image.length,
      skipped: 30 * mib,
    })
    expectImage(memory, image)
  })

  test('progress is told every byte behind the withheld ones once, as written or skipped', async () => {
    const image = makeNoisyImage(64 * mib + 1234, partlyZero)
    const memory = makeDrive(80 * mib)
    const told = { written: 0, skipped: 0 }
    const written = await writeImage(memory, image, { onDone: (bytes, how) => (told[how] += bytes) })
    expect(told).toEqual({ written: written.written, skipped: written.skipped })
    expect(told.written + told.skipped).toBe(image.length - withheldSize)
  })

  test('the last sector is padded with zeros and written even where its stretch is deferred', async () => {
    const image = makeNoisyImage(64 * mib + 1234, (offset) => partlyZero(offset) || offset >= 60 * mib)
    const memory = makeDrive(80 * mib)
    memory.bytes.fill(9, 64 * mib + 512, 64 * mib + 2048)
    const written = await writeImage(memory, image)
    expect(written.deferred.at(-1)).toEqual({ offset: 60 * mib, length: 4 * mib + 1024 })
    const end = memory.bytes.subarray(64 * mib + 1024, 64 * mib + 2048)
    expect(end.subarray(0, 512).every((byte) => byte === 0)).toBe(true)
    expect(end.subarray(512).every((byte) => byte === 9)).toBe(true)
  })

  test('a piece that straddles the withheld bytes is written in part', async () => {
    const image = makeNoisyImage(4 * mib)
    const memory = makeDrive(8 * mib)
    await writeImage(memory, image, { pieces: [640 * 1024] })
    expect(memory.bytes.subarray(0, withheldSize).every((byte) => byte === 0)).toBe(true)
    expect(tell(memory, 'write')[0]).toBe('write 1+0.25')
    expectImage(memory, image)
  })

  test('no more than 8 MiB are held, however slow the drive', async () => {
    const memory = makeDrive(64 * mib)
    const { pieces, released } = cutIntoPieces(makeNoisyImage(40 * mib))
    const writing = startWriting(memory.target, { start: withheldSize, size: 40 * mib, now: memory.now })
    for (const [index, piece] of pieces.entries()) {
      expect(index - released.filter((times) => times > 0).length).toBeLessThanOrEqual(7)
      await writing.take(piece)
    }
    await writing.end()
  })
})

test('the time in which the drive is written or compared is measured by the clock that is given', async () => {
  const memory = makeDrive(64 * mib)
  const busy = createBusyClock(memory.now)
  const before = memory.now()
  await writeImage(memory, makeNoisyImage(48 * mib), { busy })
  expect(busy.underWay).toBe(0)
  expect(busy.elapsed()).toBeGreaterThan(0)
  expect(busy.elapsed()).toBeLessThanOrEqual(memory.now() - before)
})

describe('a drive that fails', () => {
  test('in the middle of writes under way: every piece is released once and nothing more is written', async () => {
    const memory = makeDrive(64 * mib)
    let writes = 0
    memory.before = (operation) => {
      if (operation.kind === 'write' && ++writes > 6) throw failed(operation.offset)
    }
    expect(await failureOf(writeImage(memory, makeNoisyImage(48 * mib)))).toMatchObject({
      code: 'drive-write-failed',
    })
    expect(writes).toBeLessThanOrEqual(8)
  })

  test('at the last write: the end fails', async () => {
    const memory = makeDrive(64 * mib)
    memory.before = (operation) => {
      if (operation.kind === 'write' && operation.offset >= 5 * mib) throw failed(operation.offset)
    }
    const failure = await failureOf(writeImage(memory, makeNoisyImage(6 * mib)))
    expect(failure).toMatchObject({ code: 'drive-write-failed', details: { offset: 5 * mib } })
  })

  test('to read: it is written plainly, since that may mend it', async () => {
    const image = makeNoisyImage(48 * mib, partlyZero)
    const memory = makeDrive(64 * mib)
    memory.before = (operation) => {
      if (operation.kind === 'read') throw new KindlingError('drive-read-failed', { offset: 0, reason: 'EIO' })
    }
    expect(await writeImage(memory, image)).toMatchObject({ skipped: 0 })
    expectImage(memory, image)
  })

  test('to read while reading first paid: the rest is written plainly', async () => {
    const image = makeNoisyImage(96 * mib)
    const memory = makeDrive(100 * mib, stick, image)
    let reads = 0
    memory.before = (operation) => {
      if (operation.kind === 'read' && operation.length >= mib / 2 && ++reads > 12)
        throw new KindlingError('drive-read-failed', { offset: operation.offset, reason: 'EIO' })
    }
    const written = await writeImage(memory, image)
    expect(written.skipped).toBeGreaterThan(4 * mib)
    expect(written.skipped).toBeLessThan(24 * mib)
    expect(reads).toBeLessThanOrEqual(14)
    expectImage(memory, image)
  })

  test.each([0, 1, 20])('that is pulled out after %i reads', async (after) => {
    const image = makeNoisyImage(96 * mib)
    const memory = makeDrive(100 * mib, stick, image)
    let reads = 0
    memory.before = (operation) => {
      if (operation.kind === 'read' && ++reads > after) throw new KindlingError('drive-gone', { drive: 'Memory' })
    }
    expect(await failureOf(writeImage(memory, image))).toMatchObject({ code: 'drive-gone' })
  })

  test('by being too small: told with the bytes that it has', async () => {
    const memory = makeDrive(4 * mib)
    expect(await failureOf(writeImage(memory, makeNoisyImage(6 * mib)))).toMatchObject({
      code: 'drive-too-small',
      details: { available: 4 * mib },
    })
  })

  test('abandoned: what waits is released, what is on its way is waited for, and nothing throws', async () => {
    const memory = makeDrive(64 * mib)
    const { pieces, released } = cutIntoPieces(makeNoisyImage(40 * mib))
    const writing = startWriting(memory.target, { start: withheldSize, size: 40 * mib, now: memory.now })
    for (const piece of pieces.slice(0, 12)) await writing.take(piece)
    await writing.abandon()
    const done = memory.operations.length
    // The drive works in turns of the event loop.
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(memory.operations.length).toBe(done)
    expect(released).toEqual(pieces.map((_, index) => (index < 12 ? 1 : 0)))
  })

  test('a progress that throws ends the writing with what it threw', async () => {
    const memory = makeDrive(64 * mib)
    let told = 0
    const onDone = () => {
      if (++told === 3) throw new KindlingError('interrupted')
    }
    expect(await failureOf(writeImage(memory, makeNoisyImage(40 * mib), { onDone }))).toMatchObject({
      code: 'interrupted',
    })
  })
})

const failed = (offset: number) => new KindlingError('drive-write-failed', { drive: 'Memory', offset, reason: 'EIO' })
