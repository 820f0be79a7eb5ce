import { describe, expect, test } from 'vitest'
import { looksLikeDisk, recognizedHead } from '../../../../src-main/image/decode/recognize-disk.ts'
import { makeRawImage } from '../../../support/images/coreos-image.ts'
import { makeIso } from '../../../support/images/iso-image.ts'
import { makeNoise } from '../../../support/images/random-bytes.ts'

function headOf(marker: string, offset: number): Buffer {
  const head = Buffer.alloc(recognizedHead)
  head.write(marker, offset, 'latin1')
  return head
}

describe('a disk image is recognized by', () => {
  // Offsets and bytes are those of magic(5) of file(1).
  test.each([
    ['a boot sector', '\x55\xaa', 0x1fe],
    ['a GPT for 512-byte sectors', 'EFI PART', 512],
    ['a GPT for 4096-byte sectors', 'EFI PART', 4096],
    ['an Apple partition map', 'PM\0\0', 512],
    ['a Sun disk label', '\xda\xbe', 508],
    ['a DASD volume label', '\xe5\xd6\xd3\xf1', 8192],
    ['an ISO descriptor', 'CD001', 0x8001],
    ['a UDF descriptor', 'BEA01', 0x8001],
    ['ext4', '\x53\xef', 0x438],
    ['XFS', 'XFSB', 0],
    ['btrfs', '_BHRfS_M', 0x10040],
    ['F2FS', '\x10\x20\xf5\xf2', 0x400],
    ['EROFS', '\xe2\xe1\xf5\xe0', 0x400],
    ['squashfs', 'hsqs', 0],
    ['LUKS', 'LUKS\xba\xbe', 0],
    ['LVM', 'LABELONE', 512],
  ])('%s', (_, marker, offset) => {
    expect(looksLikeDisk(headOf(marker, offset))).toBe(true)
    expect(looksLikeDisk(headOf(marker, offset + 1))).toBe(false)
  })

  test('the images of the other tests', () => {
    expect(looksLikeDisk(makeRawImage({ size: 1024 * 1024 }))).toBe(true)
    expect(looksLikeDisk(makeRawImage({ size: 1024 * 1024, sectorSize: 4096 }))).toBe(true)
    expect(looksLikeDisk(makeIso({ size: 1024 * 1024, version: '44.20261101.3.0' }))).toBe(true)
  })
})

test.each([
  ['zeros', Buffer.alloc(recognizedHead)],
  ['noise', makeNoise(recognizedHead, 3)],
  ['text', Buffer.from('A letter to the reader.\n'.repeat(4000))],
  ['a single byte', Buffer.from('x')],
  ['nothing', Buffer.alloc(0)],
])('%s is not recognized', (_, head) => {
  expect(looksLikeDisk(head)).toBe(false)
})
