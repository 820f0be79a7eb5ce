import { expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import { compareDrive } from '../../../src-main/write/compare-drive.ts'
import { cutIntoPieces } from '../../support/images/counted-pieces.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeNoisyImage } from '../../support/drives/write-image.ts'
import { mib } from '../../support/files/mib.ts'

const stretch = 65_536
const size = 9 * mib + 777
const image = makeNoisyImage(size)

function makeDrive(driveSize = 10 * mib): MemoryDrive {
  const memory = makeMemoryDrive({ size: driveSize })
  image.copy(memory.bytes)
  return memory
}

async function* given(sizes = [mib]) {
  yield* cutIntoPieces(image, sizes).pieces
}

const compare = ({ target }: MemoryDrive, sizes?: number[]) => {
  let compared = 0
  const found = compareDrive(target, given(sizes), new AbortController().signal, (bytes) => void (compared += bytes))
  return found.then((difference) => ({ difference, compared }))
}

test('a drive that holds the image differs nowhere, whatever lies behind', async () => {
  expect(await compare(makeDrive())).toEqual({ difference: null, compared: size })
})

test.each([[[mib]], [[4096, 3 * 4096]]])('differences are counted to the end, in pieces of %j', async (sizes) => {
  const memory = makeDrive()
  memory.bytes[2 * mib + 5]! ^= 1
  memory.bytes[7 * mib + 70_000]! ^= 1
  const { difference, compared } = await compare(memory, sizes)
  expect(compared).toBe(size)
  expect(difference).toMatchObject({ first: 2 * mib + 5, varies: false })
  expect(difference!.bytes).toBeLessThanOrEqual(2 * stretch)
  expect(difference!.last).toBeGreaterThanOrEqual(7 * mib + 70_000)
})

test('a place that returns other bytes when it is read again varies', async () => {
  const memory = makeDrive()
  let readings = 0
  memory.afterRead = (bytes, offset) => {
    const at = 4 * mib + 9 - offset
    if (at >= 0 && at < bytes.length && readings++ < 2) bytes[at]! ^= 1
  }
  expect((await compare(memory)).difference).toMatchObject({ first: 4 * mib + 9, varies: true })
})

test('the end of a drive that is smaller than the image is its first difference', async () => {
  expect((await compare(makeDrive(4 * mib))).difference).toMatchObject({ first: 4 * mib })
})

test('a read that fails after a difference leaves the difference; before it, it is the failure', async () => {
  const memory = makeDrive()
  memory.before = (operation) => {
    if (operation.kind === 'read' && operation.offset >= 4 * mib) throw new KindlingError('drive-gone', { drive: '' })
  }
  expect(await failureOf(compare(memory))).toMatchObject({ code: 'drive-gone' })
  memory.bytes[mib]! ^= 1
  expect((await compare(memory)).difference).toMatchObject({ first: mib })
})
