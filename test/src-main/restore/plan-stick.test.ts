import { describe, expect, test } from 'vitest'
import { planStick, usualFileSystem, type Stick } from '../../../src-main/restore/plan-stick.ts'
import { mib } from '../../support/files/mib.ts'

const gib = 1024 ** 3
const tib = 1024 ** 4

const random = Uint8Array.from({ length: 40 }, (_, index) => index + 1)
const plan = (stick: Partial<Stick>) =>
  planStick({ drive: '/dev/sdx', size: gib, sectorSize: 512, fileSystem: 'fat32', label: '', ...stick }, random)

describe('the usual file system', () => {
  test.for([
    [34 * mib, 512, 'exfat'],
    [35 * mib, 512, 'fat32'],
    [258 * mib, 4096, 'exfat'],
    [259 * mib, 4096, 'fat32'],
    [32e9, 512, 'fat32'],
    [32e9 + 512, 512, 'exfat'],
    [3 * tib, 512, 'exfat'],
  ] as const)('of %d bytes in sectors of %d is %s, and fits', ([size, sectorSize, fileSystem]) => {
    expect(usualFileSystem({ size, sectorSize })).toBe(fileSystem)
    expect(plan({ size, sectorSize, fileSystem }).extents.length).toBe(2)
  })
})

describe('a plan', () => {
  test.for([
    ['fat32', 512, 35 * mib],
    ['fat32', 4096, 259 * mib],
    ['exfat', 512, 3 * mib],
    ['exfat', 4096, 3 * mib],
  ] as const)('of %s in sectors of %d is refused below %d bytes, with words', ([fileSystem, sectorSize, size]) => {
    expect(plan({ fileSystem, sectorSize, size }).patches.length).toBeGreaterThan(0)
    expect(() => plan({ fileSystem, sectorSize, size: size - sectorSize })).toThrow(
      `has ${size - sectorSize} bytes, and at least ${size} are needed`,
    )
  })

  test('of FAT32 is refused where its sector numbers end', () => {
    expect(() => plan({ size: 3 * tib })).toThrow(`at most ${(2 ** 32 - 1) * 512} are possible`)
    expect(plan({ size: 3 * tib, sectorSize: 4096 }).table).toBe('gpt')
  })

  test('has a GPT over 2 TiB alone', () => {
    expect(plan({ size: 2 * tib, fileSystem: 'exfat' }).table).toBe('mbr')
    expect(plan({ size: 2 * tib + 512, fileSystem: 'exfat' }).table).toBe('gpt')
  })

  test.for([
    { size: 3 * mib + 512 * 7, fileSystem: 'exfat' },
    { size: 35 * mib + 512 },
    { size: 31e9 - (31e9 % 512) },
    { size: 3 * tib, fileSystem: 'exfat' },
    { size: 3 * tib + 4096, sectorSize: 4096, fileSystem: 'exfat' },
  ] satisfies Partial<Stick>[])('of %o writes both ends of the partition and the end of the drive', (stick) => {
    const { extents, patches } = plan(stick)
    const [first, last] = extents
    expect(first!.offset).toBe(mib)
    expect(first!.length).toBeGreaterThanOrEqual(mib)
    expect(last!.offset).toBeGreaterThanOrEqual(first!.offset + first!.length)
    expect(last!.offset + last!.length).toBe(stick.size)
    for (const { offset, bytes } of patches) {
      const [start, end] = [offset, offset + bytes.length]
      const isPlaced = [{ offset: 0, length: mib }, ...extents].some(
        (extent) => start >= extent.offset && end <= extent.offset + extent.length,
      )
      expect(isPlaced, `${start} to ${end}`).toBe(true)
    }
  })
})
