import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withheldSize } from '../../../src-main/write/withheld-ends.ts'
import { writeMissingZeros } from '../../../src-main/write/write-missing-zeros.ts'
import { roundUp } from '../../../src-main/write/round-up.ts'
import { makeMemoryDrive } from '../../support/drives/memory-drive.ts'
import { runs } from '../../support/run/tier.ts'
import { makeNoisyImage, readImageBack, sha256, writeImage } from '../../support/drives/write-image.ts'
import { mib } from '../../support/files/mib.ts'

const page = 4096

/**
 * Stretches of a drive or image, each of one kind.
 * @param most – maximum number of stretches, and maximum length in bytes
 */
const patches = (most: { parts: number; length: number }) =>
  fc.array(
    fc.record({
      offset: fc.nat({ max: 22 * 256 }).map((pages) => pages * page),
      length: fc.integer({ min: 1, max: most.length / page }).map((pages) => pages * page),
      kind: fc.constantFrom('zeros', 'equal', 'noise'),
    }),
    { maxLength: most.parts },
  )

const rates = fc.constantFrom(5, 20, 24, 27, 100, 1000).map((rate) => rate * mib)
const anySpeeds = fc.record({ read: rates, write: rates, latency: fc.constantFrom(0, 1, 10), duplex: fc.boolean() })
/** Speeds at which comparing first pays even for the small images of a test. */
const readsQuickly = fc.record({
  read: fc.constant(2000 * mib),
  write: fc.constant(20 * mib),
  latency: fc.constant(0),
  duplex: fc.boolean(),
})

test('whatever a drive holds, in the end it holds the image, nothing behind it has changed, and each piece was released once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        size: fc.oneof(
          { weight: 1, arbitrary: fc.integer({ min: withheldSize + 1, max: 22 * mib }) },
          { weight: 3, arbitrary: fc.integer({ min: 20 * mib, max: 22 * mib }) },
        ),
        zeros: patches({ parts: 8, length: 6 * mib }),
        base: fc.constantFrom('noise', 'zeros', 'image'),
        old: fc.oneof(
          patches({ parts: 6, length: 2 * page }),
          patches({ parts: 3, length: mib / 4 }),
          patches({ parts: 12, length: 5 * mib }),
        ),
        sectorSize: fc.constantFrom(512 as const, 4096 as const),
        speeds: fc.oneof({ weight: 1, arbitrary: anySpeeds }, { weight: 3, arbitrary: readsQuickly }),
        pieces: fc.array(
          fc.integer({ min: 1, max: 256 }).map((pages) => pages * page),
          { minLength: 1, maxLength: 5 },
        ),
        readsBack: fc.integer({ min: 0, max: 3 }).map((lot) => lot > 0),
        writeAll: fc.integer({ min: 0, max: 5 }).map((lot) => lot === 0),
        knowsSize: fc.boolean(),
      }),
      async ({ size, zeros, base, old, sectorSize, speeds, pieces, readsBack, writeAll, knowsSize }) => {
        const image = makeNoisyImage(size)
        for (const { offset, length } of zeros) image.subarray(offset, offset + length).fill(0)
        const memory = makeMemoryDrive({ size: roundUp(size, mib) + mib, sectorSize, speeds })
        if (base === 'zeros') memory.bytes.fill(0)
        if (base === 'image') memory.bytes.set(image)
        for (const { offset, length, kind } of old) {
          if (kind === 'equal') memory.bytes.set(image.subarray(offset, offset + length), Math.min(offset, size))
          else memory.bytes.subarray(offset, offset + length).fill(kind === 'zeros' ? 0 : 0x5a)
        }
        const before = Buffer.from(memory.bytes)
        const written = await writeImage(memory, image, {
          size: knowsSize ? size : null,
          pieces,
          readsBack,
          writeAll,
          leastWorthwhile: 0,
        })
        expect(written.written + written.skipped).toBe(size - withheldSize)
        if (writeAll) expect(written.skipped).toBe(0)
        if (readsBack) {
          const proved = await readImageBack(memory, image, written)
          expect(proved.sha256).toBe(sha256(image))
        } else await writeMissingZeros(memory.target, written.deferred, new AbortController().signal, () => {})
        const end = roundUp(size, sectorSize)
        expect(memory.bytes.subarray(withheldSize, size).equals(image.subarray(withheldSize))).toBe(true)
        expect(memory.bytes.subarray(size, end).every((byte) => byte === 0)).toBe(true)
        expect(memory.bytes.subarray(end).equals(before.subarray(end))).toBe(true)
      },
    ),
    runs(10, 200),
  )
})
