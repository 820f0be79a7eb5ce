import { describe, expect, test } from 'vitest'
import { clearEnds, withheldSize } from '../../../src-main/write/withheld-ends.ts'
import { keepBytes, markerSize } from '../../../src-main/write/kept-bytes.ts'
import { choosePlaces, probeCapacity } from '../../../src-main/write/probe-capacity.ts'
import type { Target } from '../../../src-main/write/target.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { makeMemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'
import { mib } from '../../support/files/mib.ts'

// Uses drives in memory, because real drives do not misreport their capacity in so many ways.

/**
 * Makes a drive that claims more than its capacity.
 * @param place – real position of a byte, or null if there is none
 */
function makeLiar(has: number, claims: number, place: (offset: number) => number | null) {
  const memory = makeMemoryDrive({ size: has, contents: makeNoise(has, 5) })
  const sectors = (offset: number, length: number) =>
    Array.from({ length: length / 512 }, (_, index) => [index * 512, place(offset + index * 512)] as const)
  const target: Target = {
    ...memory.target,
    size: claims,
    async write(bytes, offset) {
      if (!(bytes instanceof Uint8Array)) throw new Error('one part is enough here')
      for (const [from, at] of sectors(offset, bytes.length))
        if (at !== null) memory.bytes.set(bytes.subarray(from, from + 512), at)
    },
    async read(bytes, offset) {
      for (const [from, at] of sectors(offset, bytes.length))
        if (at === null) bytes.fill(0, from, from + 512)
        else bytes.set(memory.bytes.subarray(at, at + 512), from)
    },
  }
  return { memory, target }
}

/**
 * Clears a drive's ends and probes it.
 * @param between – called once the ends are cleared
 */
async function probe(target: Target, imageSize: number | null = null, between = () => {}) {
  const places = choosePlaces(target, imageSize, Math.random)
  const kept = await keepBytes(target, places)
  await clearEnds(target)
  between()
  return { kept, probed: probeCapacity(target, places, kept, 'the drive') }
}

async function expectLiar(has: number, claims: number, place: (offset: number) => number | null, imageSize?: number) {
  const { memory, target } = makeLiar(has, claims, place)
  const before = Buffer.from(memory.bytes)
  const { kept, probed } = await probe(target, imageSize)
  expect(await failureOf(probed)).toMatchObject({ code: 'drive-smaller-than-claimed', details: { claimed: claims } })
  expect(await kept.putBackAll()).toBe(true)
  expect(memory.bytes.equals(before), 'every byte is as it was').toBe(true)
}

describe('probe of the capacity', () => {
  test('passes an honest drive, and leaves what lay behind its ends', async () => {
    const memory = makeMemoryDrive({ size: 24 * mib, contents: makeNoise(24 * mib, 6) })
    const before = Buffer.from(memory.bytes)
    const { probed } = await probe(memory.target, 10 * mib)
    await probed
    before.fill(0, 0, withheldSize)
    before.fill(0, 23 * mib)
    expect(memory.bytes.equals(before)).toBe(true)
  })

  test.each([2, 4, 8])('finds a drive that wraps round at 1/%s of what it claims', async (part) => {
    await expectLiar((32 * mib) / part, 32 * mib, (at) => at % ((32 * mib) / part))
    const odd = 33 * mib + 512 * 7 * part
    await expectLiar(odd / part, odd, (at) => at % (odd / part))
  })

  test.each([4, 8, 16])('finds a drive that wraps round at %s MiB, whatever it claims', async (has) => {
    await expectLiar(has * mib, 25 * mib + 512, (at) => at % (has * mib))
  })

  test('finds a drive whose withheld MiB comes round near its end', async () => {
    for (let more = markerSize; more <= mib; more += 512 * 257) {
      const has = 9 * mib - more
      await expectLiar(has, 9 * mib, (at) => at % has)
    }
  })

  test('finds a drive whose withheld MiB comes round near the end of the image', async () => {
    await expectLiar(5 * mib + 512, 17 * mib + 512 * 3, (at) => at % (5 * mib + 512), 5 * mib + 700_000)
  })

  test('finds a drive that loses what is behind its end, and one that has the last bytes there', async () => {
    await expectLiar(9 * mib, 16 * mib, (at) => (at < 9 * mib ? at : null))
    await expectLiar(9 * mib, 16 * mib, (at) => Math.min(at, 9 * mib - 512))
  })

  test('finds a drive that stores nothing', async () => {
    const { target } = makeLiar(16 * mib, 16 * mib, () => null)
    expect(await failureOf((await probe(target)).probed)).toMatchObject({ code: 'drive-stores-nothing' })
  })

  test('says of a drive that only spoils bits that it does', async () => {
    const memory = makeMemoryDrive({ size: 16 * mib })
    const { probed } = await probe(memory.target, null, () => {
      memory.afterRead = (bytes, offset) => {
        if (offset > 8 * mib) bytes[9]! ^= 1
      }
    })
    expect(await failureOf(probed)).toMatchObject({ code: 'read-back-mismatch' })
  })

  test('asks few places between the ends, none of which overlap', () => {
    const sizes = [4 * mib, 7 * mib + 512, 8e9, 62_000_000_000, 2 ** 36, 2 ** 41 - 4096]
    for (const size of sizes)
      for (const alignment of [512, 4096])
        for (const imageSize of [null, 1, 3 * mib, size])
          for (let turn = 0; turn < 10; turn++) {
            const places = choosePlaces({ size: size - (size % alignment), alignment }, imageSize, Math.random)
            expect(places.length).toBeLessThanOrEqual(25)
            expect(places.every((place) => place % alignment === 0)).toBe(true)
            for (const [index, place] of [...places, size - mib].entries())
              expect(place - (places[index - 1] ?? mib - markerSize)).toBeGreaterThanOrEqual(markerSize)
          }
    expect(choosePlaces({ size: 4 * mib - 512, alignment: 512 }, null, Math.random)).toEqual([])
  })
})

test('a drive of which something could not be read is never said to be as it was', async () => {
  const memory = makeMemoryDrive({ size: 8 * mib })
  memory.before = ({ kind }) => {
    if (kind === 'read') throw new Error('EIO')
  }
  const kept = await keepBytes(memory.target, [])
  memory.before = () => {}
  expect(await kept.putBackAll()).toBe(false)
})
