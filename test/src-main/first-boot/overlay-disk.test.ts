import { expect, test } from 'vitest'
import { OverlayDisk } from '../../../src-main/first-boot/overlay-disk.ts'
import { readMemory } from '../../../src-main/identify/read-at.ts'
import { makeNoise, makeRandom } from '../../support/images/random-bytes.ts'

test('a disk in memory reads as if it was written, and its edits make the same of the disk below', async () => {
  const below = makeNoise(32 * 512, 1)
  const random = makeRandom(2)
  for (let round = 0; round < 50; round++) {
    const [disk, expected] = [new OverlayDisk(readMemory(below)), Buffer.from(below)]
    for (let write = 0; write < 6; write++) {
      const start = random() % 30
      const units = 1 + (random() % (32 - start))
      const bytes = write % 3 === 0 ? Buffer.from(below.subarray(0, units * 512)) : makeNoise(units * 512, random())
      await disk.write(Buffer.concat([Buffer.alloc(7), bytes]), 7, bytes.length, start * 512)
      bytes.copy(expected, start * 512)
    }
    const [offset, length] = [random() % 8000, random() % 8000]
    expect((await disk.readAt(offset, length)).equals(expected.subarray(offset, offset + length))).toBe(true)
    const edited = Buffer.from(below)
    let end = -1
    for (const edit of await disk.edits()) {
      expect(edit.offset).toBeGreaterThan(end)
      expect(edit.original.equals(below.subarray(edit.offset, edit.offset + edit.bytes.length))).toBe(true)
      edit.bytes.copy(edited, edit.offset)
      end = edit.offset + edit.bytes.length
    }
    expect(edited.equals(expected)).toBe(true)
  }
})

test('what is written as it was is no edit', async () => {
  const below = makeNoise(4 * 512, 1)
  const disk = new OverlayDisk(readMemory(below))
  await disk.write(Buffer.from(below), 0, below.length, 0)
  expect(await disk.edits()).toEqual([])
})

test('a write of a part of a sector, and a discard, are refused', async () => {
  const disk = new OverlayDisk(readMemory(Buffer.alloc(4096)))
  await expect(disk.write(Buffer.alloc(512), 0, 511, 0)).rejects.toThrow(RangeError)
  await expect(disk.write(Buffer.alloc(512), 0, 512, 1)).rejects.toThrow(RangeError)
  await expect(disk.discard()).rejects.toThrow(RangeError)
})

test('the first error of the disk below is remembered', async () => {
  const disk = new OverlayDisk(readMemory(Buffer.alloc(512)))
  await expect(disk.read(Buffer.alloc(512), 0, 512, 512)).rejects.toThrow(RangeError)
  expect(disk.failure).toBeInstanceOf(RangeError)
})
