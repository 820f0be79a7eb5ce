import { writeFile } from 'node:fs/promises'
import zlib from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { makeRawImage } from './coreos-image.ts'
import { makeIso } from './iso-image.ts'
import { testWith } from '../run/needs.ts'
import { runTool } from '../programs/run-tool.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'
import { mib } from '../files/mib.ts'

const directory = await makeTemporaryDirectory()
afterAll(() => directory.dispose())

describe('a CoreOS-like raw image', () => {
  for (const size of [128 * 1024, mib - 512, 5 * mib, 8 * mib, 24 * mib])
    testWith(['command:sgdisk'], `of ${size} bytes is a disk to sgdisk`, async () => {
      const file = directory.file(`${size}.raw`)
      await writeFile(file, makeRawImage({ size }))
      const report = (await runTool('sgdisk', ['--verify', '--print', file])).toString()
      expect(report).toContain('No problems found')
      expect(report).toContain('00000000-0000-4000-A000-000000000001')
      expect(report.match(/(BIOS-BOOT|EFI-SYSTEM|boot|root)$/gm)).toEqual(['BIOS-BOOT', 'EFI-SYSTEM', 'boot', 'root'])
    })

  test.each([512, 4096] as const)('for sectors of %i bytes has both headers, with right checksums', (sectorSize) => {
    const size = 3 * mib + 1000
    const image = makeRawImage({ size, sectorSize })
    const last = Math.floor(size / sectorSize) - 1
    for (const [at, other] of [
      [1, last],
      [last, 1],
    ] as const) {
      const header = Buffer.from(image.subarray(at * sectorSize, at * sectorSize + 92))
      const checksum = header.readUInt32LE(16)
      header.writeUInt32LE(0, 16)
      expect(header.toString('latin1', 0, 8)).toBe('EFI PART')
      expect(zlib.crc32(header)).toBe(checksum)
      expect([header.readBigUInt64LE(24), header.readBigUInt64LE(32)]).toEqual([BigInt(at), BigInt(other)])
      const table = Number(header.readBigUInt64LE(72)) * sectorSize
      expect(zlib.crc32(image.subarray(table, table + 128 * 128))).toBe(header.readUInt32LE(88))
    }
  })

  test('is the same for the same seed, another for another, and zero for about 45 %', () => {
    const image = makeRawImage({ size: 24 * mib, seed: 7 })
    expect(image.equals(makeRawImage({ size: 24 * mib, seed: 7 }))).toBe(true)
    expect(image.equals(makeRawImage({ size: 24 * mib, seed: 8 }))).toBe(false)
    const page = Buffer.alloc(4096)
    const pages = image.length / page.length
    const zeros = Array.from({ length: pages }, (_, at) => image.subarray(at * 4096, (at + 1) * 4096)).filter((part) =>
      part.equals(page),
    )
    expect(zeros.length / pages).toBeGreaterThan(0.4)
    expect(zeros.length / pages).toBeLessThan(0.6)
  })
})

test('a CoreOS-like ISO has its volume descriptor, and a partition table on x86_64 alone', () => {
  const iso = makeIso({ size: 300_001, version: '44.20260707.3.1' })
  expect(iso).toHaveLength(300_001)
  expect(iso.toString('latin1', 32769, 32774)).toBe('CD001')
  expect(iso.toString('latin1', 32808, 32840)).toBe('fedora-coreos-44.20260707.3.1   ')
  expect(iso.readUInt16LE(510)).toBe(0xaa55)
  expect(makeIso({ size: 300_000, version: '1', architecture: 'aarch64' }).readUInt16LE(510)).toBe(0)
})
