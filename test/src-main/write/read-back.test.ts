import { describe, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import { writeMissingZeros } from '../../../src-main/write/write-missing-zeros.ts'
import { withheldSize } from '../../../src-main/write/withheld-ends.ts'
import { readDrive } from '../../../src-main/write/read-drive.ts'
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

const speeds = { read: 100 * mib, write: 20 * mib, latency: 1 }
const size = 64 * mib
const image = makeNoisyImage(size, partlyZero)

function makeCleanDrive(): MemoryDrive {
  const contents = Buffer.alloc(size + 16 * mib)
  return makeMemoryDrive({ size: contents.length, speeds, contents })
}

/** Makes a drive with less capacity than it claims, whose addresses wrap around to the start. */
function makeLyingDrive(capacity: number): MemoryDrive {
  const memory = makeCleanDrive()
  memory.afterWrite = (offset, length) => {
    const from = Math.max(offset, capacity)
    if (offset + length > from) memory.bytes.copyWithin(from - capacity, from, offset + length)
  }
  memory.afterRead = (bytes, offset) => {
    const from = Math.max(offset, capacity)
    const end = offset + bytes.length
    if (end > from) bytes.set(memory.bytes.subarray(from - capacity, end - capacity), from - offset)
  }
  return memory
}

describe('reading back', () => {
  test('reads each byte once, in order, and tells how many', async () => {
    const memory = makeCleanDrive()
    const written = await writeImage(memory, image)
    memory.operations.length = 0
    const proved = await readImageBack(memory, image, written)
    expect(proved).toEqual({ sha256: sha256(image), restarts: [], read: size })
    const blocks = Array.from({ length: 15 }, (_, index) => `read ${1 + 4 * index}+4`)
    expect(memory.operations.every((each) => each.kind === 'read')).toBe(true)
    expect(tell(memory, 'read')).toEqual([...blocks, 'read 61+3', 'read 0+1'])
  })

  test('a deferred place that is not zeros is mended, and all is read again from the start', async () => {
    const memory = makeCleanDrive()
    const written = await writeImage(memory, image)
    // Places that the sample does not cover: in two of the extents, across the border of two
    // stretches.
    memory.bytes.fill(1, 25 * mib + 60_000, 25 * mib + 70_000)
    memory.bytes[45 * mib] = 1
    memory.operations.length = 0
    const proved = await readImageBack(memory, image, written)
    expect(proved.sha256).toBe(sha256(image))
    expect(memory.bytes.subarray(withheldSize, size).equals(image.subarray(withheldSize))).toBe(true)
    // First the remainder of the deferred extents, from the first non-zero block on, then the whole
    // image.
    expect(proved.restarts).toEqual([(4 + 9 + 4) * mib + size])
    expect(proved.read).toBe(25 * mib + proved.restarts[0]!)
    expect(tell(memory, 'write')).toEqual(['write 25+0.125', 'write 45+0.0625'])
    const flush = memory.operations.findIndex((each) => each.kind === 'flush')
    const later = memory.operations.slice(flush + 1)
    expect(later.some((each) => each.kind === 'write')).toBe(false)
    expect(later[0]).toEqual({ kind: 'read', offset: withheldSize, length: 4 * mib })
  })

  test('a place that was equal when it was read first, and was spoiled by a later write, is found', async () => {
    const memory = makeMemoryDrive({ size: size + 16 * mib, speeds })
    image.copy(memory.bytes)
    memory.bytes.fill(5, 60 * mib, 61 * mib)
    memory.afterWrite = (offset) => {
      if (offset >= 60 * mib) memory.bytes[30 * mib] = 0xff
    }
    const written = await writeImage(memory, image)
    expect(written.skipped).toBeGreaterThan(20 * mib)
    expect((await readImageBack(memory, image, written)).sha256).not.toBe(sha256(image))
  })

  test('a place that was read already and is spoiled by the mending of a later one is found', async () => {
    const memory = makeCleanDrive()
    const written = await writeImage(memory, image)
    memory.bytes[45 * mib] = 1
    memory.afterWrite = (offset) => {
      if (offset >= 40 * mib) memory.bytes[12 * mib] = ~image[12 * mib]!
    }
    const proved = await readImageBack(memory, image, written)
    expect(proved.restarts).toHaveLength(1)
    expect(proved.sha256).not.toBe(sha256(image))
  })

  // Capacities at which more than zeros wraps around. At 60 MiB only zeros would, and the drive
  // would contain the image.
  test.each([16, 20, 32, 41, 52])('a drive of %i MiB that claims more is found out', async (capacity) => {
    const memory = makeLyingDrive(capacity * mib)
    const outcome = await writeImage(memory, image)
      .then((written) => readImageBack(memory, image, written))
      .then((proved) => (proved.sha256 === sha256(image) ? 'believed' : 'differs'))
      .catch((error: KindlingError) => error.code)
    expect(['differs', 'read-back-mismatch']).toContain(outcome)
  })

  test('a deferred place that stays as it was is not mended twice', async () => {
    const memory = makeCleanDrive()
    const written = await writeImage(memory, image)
    memory.afterRead = (bytes, offset) => {
      if (offset <= 45 * mib && offset + bytes.length > 45 * mib) bytes[45 * mib - offset] = 1
    }
    const proved = await readImageBack(memory, image, written)
    expect(proved.restarts).toHaveLength(1)
    expect(proved.sha256).not.toBe(sha256(image))
  })

  test('withheld bytes that are not zeros on the drive are a mismatch', async () => {
    const memory = makeCleanDrive()
    const written = await writeImage(memory, image)
    memory.bytes[77] = 1
    expect(await failureOf(readImageBack(memory, image, written))).toMatchObject({
      code: 'read-back-mismatch',
      details: { firstDifference: 77 },
    })
  })
})

describe('what was deferred, when nobody reads back', () => {
  test('is looked at alone, and mended where it is not zeros', async () => {
    const memory = makeCleanDrive()
    const written = await writeImage(memory, image, { readsBack: false })
    memory.bytes.fill(1, 41 * mib, 43 * mib + 1)
    memory.operations.length = 0
    let read = 0
    const mended = await writeMissingZeros(memory.target, written.deferred, new AbortController().signal, (bytes) => {
      read += bytes
    })
    expect(mended).toBe(2 * mib + 65_536)
    expect(read).toBe(written.skipped)
    expect(tell(memory, 'write')).toEqual(['write 41+1', 'write 42+1', 'write 43+0.0625'])
    expect(memory.operations.at(-1)).toEqual({ kind: 'flush' })
    expect(memory.bytes.subarray(withheldSize, size).equals(image.subarray(withheldSize))).toBe(true)
  })

  test('is not flushed when nothing was written', async () => {
    const memory = makeCleanDrive()
    const written = await writeImage(memory, image, { readsBack: false })
    memory.operations.length = 0
    expect(await writeMissingZeros(memory.target, written.deferred, new AbortController().signal, () => {})).toBe(0)
    expect(memory.operations.every((each) => each.kind === 'read')).toBe(true)
  })
})

describe('reading a drive in order', () => {
  test('has two reads under way while a block is used', async () => {
    const memory = makeCleanDrive()
    let seen = 0
    for await (const bytes of readDrive(memory.target, 0, 32 * mib, new AbortController().signal)) {
      seen += bytes.length
      expect(memory.operations.length).toBe(Math.min(8, seen / (4 * mib) + 2))
    }
    expect(seen).toBe(32 * mib)
  })

  test('gives what is asked for where that ends inside a sector', async () => {
    const memory = makeMemoryDrive({ size: mib, sectorSize: 4096 })
    const lengths: number[] = []
    for await (const bytes of readDrive(memory.target, 4096, 10_000, new AbortController().signal))
      lengths.push(bytes.length)
    expect(lengths).toEqual([10_000 - 4096])
    expect(memory.operations).toEqual([{ kind: 'read', offset: 4096, length: 8192 }])
  })

  test('ends with the reason of the signal, and waits for what is under way', async () => {
    const memory = makeCleanDrive()
    const stop = new AbortController()
    const work = (async () => {
      for await (const bytes of readDrive(memory.target, 0, 32 * mib, stop.signal))
        if (bytes.length > 0) stop.abort(new KindlingError('interrupted'))
    })()
    expect(await failureOf(work)).toMatchObject({ code: 'interrupted' })
  })

  test('a read that fails ends it, whatever else is under way', async () => {
    const memory = makeCleanDrive()
    memory.before = (operation) => {
      if (operation.kind === 'read' && operation.offset > 0)
        throw new KindlingError('drive-read-failed', { offset: operation.offset, reason: 'EIO' })
    }
    const work = (async () => {
      for await (const bytes of readDrive(memory.target, 0, 32 * mib, new AbortController().signal))
        expect(bytes.length).toBe(4 * mib)
    })()
    expect(await failureOf(work)).toMatchObject({ code: 'drive-read-failed', details: { offset: 4 * mib } })
  })
})
