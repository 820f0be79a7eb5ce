import { expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import { explainMismatch } from '../../../src-main/write/explain-mismatch.ts'
import { StretchSums } from '../../../src-main/write/stretch-sums.ts'
import { cutIntoPieces } from '../../support/images/counted-pieces.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeNoisyImage, partlyZero } from '../../support/drives/write-image.ts'
import { mib } from '../../support/files/mib.ts'

const stretch = 65_536
// Ends within a stretch and within a sector.
const size = 24 * mib + 1234
const image = makeNoisyImage(size, partlyZero)
const given = { expected: 'a', actual: 'b' }

function makeDrive(): MemoryDrive {
  const memory = makeMemoryDrive({ size: 32 * mib })
  image.copy(memory.bytes)
  return memory
}

function sumImage(sizes: number[] = [mib], of: Uint8Array = image): readonly number[] {
  const sums = new StretchSums()
  for (const piece of cutIntoPieces(of, sizes).pieces) sums.add(piece.bytes, piece.zeros)
  return sums.all
}

const explain = ({ target }: MemoryDrive, signal = new AbortController().signal, sums = sumImage()) =>
  explainMismatch(target, given, {
    ...{ sums, start: mib, size, drive: 'Stick', signal },
    onRead: () => {},
  })

test('the sums of an image are the same in whatever pieces it comes', () => {
  const sums = sumImage()
  expect(sums).toHaveLength(24 * 16 + 1)
  expect(sumImage([4096, 3 * 4096, 65_536, 40_960])).toEqual(sums)
  expect(new Set(sums).size).toBeGreaterThan(150)
})

test('the same wrong bytes each time are the drive’s: it is said where and how many', async () => {
  const memory = makeDrive()
  memory.bytes[5 * mib + 3]! ^= 1
  memory.bytes[9 * mib + 70_000]! ^= 1
  expect(await explain(memory)).toMatchObject({
    code: 'read-back-mismatch',
    details: {
      ...given,
      differing: 2 * stretch,
      firstDifference: 5 * mib,
      lastDifference: 9 * mib + 2 * stretch - 1,
    },
  })
})

test('a difference in the last bytes of the image is counted to its end', async () => {
  const memory = makeDrive()
  memory.bytes[size - 1]! ^= 1
  expect(await explain(memory)).toMatchObject({
    details: { differing: 1234, firstDifference: 24 * mib, lastDifference: size - 1 },
  })
})

test.each([0, 0xff])('bytes of %i alone where others were written are lost writes', async (byte) => {
  const memory = makeDrive()
  memory.bytes.fill(byte, 14 * mib, 16 * mib)
  expect(await explain(memory)).toMatchObject({ code: 'drive-lost-writes', details: { differing: 2 * mib } })
})

test('ones where the image has ones elsewhere are no sign of a drive that wraps round', async () => {
  const memory = makeDrive()
  memory.bytes.fill(0xff, 14 * mib, 16 * mib)
  const sums = sumImage([mib], Buffer.from(image).fill(0xff, 18 * mib, 19 * mib))
  memory.bytes.fill(0xff, 18 * mib, 19 * mib)
  expect(await explain(memory, undefined, sums)).toMatchObject({ code: 'drive-lost-writes' })
})

test('old bytes between zeros are no lost writes alone', async () => {
  const memory = makeDrive()
  memory.bytes.fill(0, 14 * mib, 16 * mib)
  memory.bytes.fill(0x6b, 16 * mib, 17 * mib)
  expect(await explain(memory)).toMatchObject({ code: 'read-back-mismatch', details: { differing: 3 * mib } })
})

test('bytes of another place mean that the drive wraps around', async () => {
  const memory = makeDrive()
  image.copy(memory.bytes, 10 * mib, 18 * mib, 19 * mib)
  expect(await explain(memory)).toMatchObject({
    code: 'drive-smaller-than-claimed',
    details: { drive: 'Stick', claimed: 32 * mib, offset: 18 * mib },
  })
})

test('a drive that returns the image at the second reading reads differently each time', async () => {
  expect(await explain(makeDrive())).toMatchObject({ code: 'drive-reads-vary', details: given })
})

test.each([1, 2, 3])(
  'a place that differs in another way at its reading %i reads differently each time',
  async (turn) => {
    const memory = makeDrive()
    let readings = 0
    memory.afterRead = (bytes, offset) => {
      const at = 21 * mib - offset
      if (at >= 0 && at < bytes.length) bytes[at]! ^= readings++ === turn ? 2 : 1
    }
    expect(await explain(memory)).toMatchObject({ code: 'drive-reads-vary' })
  },
)

test('a drive that cannot be read again, or a stop, leaves the mismatch as it was', async () => {
  const memory = makeDrive()
  memory.before = ({ kind }) => {
    if (kind === 'read') throw new KindlingError('drive-gone', { drive: 'Stick' })
  }
  expect(await explain(memory)).toMatchObject({ code: 'read-back-mismatch', details: given })
  expect(await explain(makeDrive(), AbortSignal.abort())).toMatchObject({ code: 'read-back-mismatch', details: given })
})
