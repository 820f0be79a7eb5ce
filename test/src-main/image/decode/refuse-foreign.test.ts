import { describe, expect, test } from 'vitest'
import { foreignHead, refuseForeign } from '../../../../src-main/image/decode/refuse-foreign.ts'
import type { KindlingError } from '../../../../src-shared/failure.ts'

/** Makes the start of a file with these bytes, of the length that is checked. */
function headOf(start: string, { at = 0, bootSector = false } = {}): Buffer {
  const head = Buffer.alloc(foreignHead)
  head.write(start, at, 'latin1')
  if (bootSector) head.write('\x55\xaa', 510, 'latin1')
  return head
}

function codeOf(head: Uint8Array): string | null {
  try {
    refuseForeign('disk.img', head)
    return null
  } catch (error) {
    return (error as KindlingError).code
  }
}

// The bytes come from the specifications of the formats, not from the table under test.
const magics = {
  'image-container': {
    'qcow2, version 3': '\x51\x46\x49\xfb\0\0\0\x03',
    qed: '\x51\x45\x44\0',
    'a VMware extent': '\x4b\x44\x4d\x56\x01\0\0\0',
    'a VMware extent of ESX': '\x43\x4f\x57\x44\x01\0\0\0',
    'a Parallels disk': 'WithoutFreeSpace\x02\0\0\0',
    'an older Parallels disk': 'WithouFreSpacExt\x02\0\0\0',
    'an Android sparse image': '\x3a\xff\x26\xed\x01\0\0\0',
  },
  'image-for-other': {
    'a boot stream for BlueField': '\x42\x66\x02\x13\0\0\0\0',
  },
  'image-packed': {
    zip: 'PK\x03\x04\x14\0',
    'an empty zip': 'PK\x05\x06\0\0',
    '7z': '\x37\x7a\xbc\xaf\x27\x1c\0\x04',
    'rar 4': 'Rar!\x1a\x07\0',
    'rar 5': 'Rar!\x1a\x07\x01\0',
    bzip2: 'BZh9\x31\x41\x59\x26\x53\x59',
    'an empty bzip2': 'BZh9\x17\x72\x45\x38\x50\x90',
    lzip: '\x4c\x5a\x49\x50\x01\x0c',
    lzop: '\x89\x4c\x5a\x4f\0\x0d\x0a\x1a\x0a',
    lz4: '\x04\x22\x4d\x18\x64\x40',
    'the older lz4': '\x02\x21\x4c\x18',
    compress: '\x1f\x9d\x90\x01\x02',
    'lzma of an unknown size': '\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0',
    'lzma of 16 MiB, with a dictionary of 64 KiB': '\x5d\0\0\x01\0\0\0\0\x01\0\0\0\0\0',
    'xz in what was unpacked': '\xfd7zXZ\0\0\x04',
    'gzip in what was unpacked': '\x1f\x8b\x08\0\0\0\0\0\0\x03',
    'zstd in what was unpacked': '\x28\xb5\x2f\xfd\x04',
    wim: 'MSWIM\0\0\0\xd0\0\0\0',
    cab: 'MSCF\0\0\0\0',
    cpio: '070701000000',
  },
  'image-not-disk': {
    'a Debian package': '!<arch>\ndebian-binary   1704067200  0     0     100644  4         `\n2.0\n',
    'an RPM package': '\xed\xab\xee\xdb\x03\0',
    'an ELF program': '\x7fELF\x02\x01\x01',
    'a PDF': '%PDF-1.7\n',
    'a signature': '-----BEGIN PGP SIGNATURE-----\n',
  },
}

describe.each(Object.entries(magics))('%s', (code, kinds) => {
  test.each(Object.entries(kinds))('%s', (_, start) => {
    expect(codeOf(headOf(start))).toBe(code)
    // The file may also be this short.
    expect(codeOf(Buffer.from(start, 'latin1'))).toBe(code)
  })
})

test('a tar archive is told by its first header', () => {
  expect(codeOf(headOf('ustar\x0000', { at: 257 }))).toBe('image-container')
})

describe('a disk', () => {
  test.each([
    ['of zeros', headOf('')],
    ['with a GPT', headOf('EFI PART', { at: 512, bootSector: true })],
    ['whose machine code begins as compress does', headOf('\x1f\x9d\x90', { bootSector: true })],
    ['whose machine code begins as lzma does', headOf('\x5d\0\0\x80\0\0\0\0\x01\0\0\0\0', { bootSector: true })],
    ['of a squashfs', headOf('hsqs')],
    ['of an XFS', headOf('XFSB\0\0\x10\0')],
    ['that is LUKS', headOf('LUKS\xba\xbe\0\x02')],
    ['with LVM', headOf('LABELONE', { at: 512 })],
    ['whose words begin as bzip2 does', headOf('BZh is no header of bzip2')],
  ])('%s is none of these', (_, head) => {
    expect(codeOf(head)).toBeNull()
  })
})

test.each(['blobs/', 'oci-layout', 'index.json', 'disk/fedora-coreos.img'])(
  'a container image whose first entry is %s is told apart from other archives',
  (entry) => {
    const head = headOf(entry)
    head.write('ustar', 257, 'latin1')
    expect(codeOf(head)).toBe('image-for-other')
  },
)
