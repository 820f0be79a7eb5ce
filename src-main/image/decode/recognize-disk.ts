import { isIso } from './detect-kind.ts'

/** Number of bytes that `looksLikeDisk` needs; of a shorter image, it needs all bytes. */
export const recognizedHead = 66 * 1024

interface Marker {
  offset: number
  magic: string
}

// Offsets in bytes, magic numbers as latin-1, from each format's specification or the kernel's
// headers.
const markers: Marker[] = [
  // Master boot record, GPT's protective one, FAT, exFAT, NTFS, and the boot sector of a hybrid
  // ISO.
  { offset: 510, magic: '\x55\xaa' },
  { offset: 512, magic: 'EFI PART' },
  { offset: 4096, magic: 'EFI PART' },
  // Apple partition map (blocks of 512 or 2048 bytes), Sun disk label, BSD disk label.
  { offset: 512, magic: 'PM\0\0' },
  { offset: 2048, magic: 'PM\0\0' },
  { offset: 508, magic: '\xda\xbe' },
  { offset: 512, magic: '\x57\x45\x56\x82' },
  // IBM DASD volume label, "VOL1" in EBCDIC, in the third block of 512, 1024, 2048 or 4096 bytes.
  ...[512, 1024, 2048, 4096].map((block) => ({ offset: 2 * block, magic: '\xe5\xd6\xd3\xf1' })),
  // ext2 to ext4, XFS, btrfs, F2FS, EROFS, squashfs.
  { offset: 1080, magic: '\x53\xef' },
  { offset: 0, magic: 'XFSB' },
  { offset: 65_600, magic: '_BHRfS_M' },
  { offset: 1024, magic: '\x10\x20\xf5\xf2' },
  { offset: 1024, magic: '\xe2\xe1\xf5\xe0' },
  { offset: 0, magic: 'hsqs' },
  // UDF without ISO 9660: the volume recognition sequence starts at byte 32768 (ECMA-167, 2/8.3).
  { offset: 32_769, magic: 'BEA01' },
  // LUKS; LVM's label is in one of the first four sectors.
  { offset: 0, magic: 'LUKS\xba\xbe' },
  ...[0, 512, 1024, 1536].map((offset) => ({ offset, magic: 'LABELONE' })),
]

/**
 * Tells whether an image begins as a disk does: with a partition table, an ISO descriptor or a
 * known file system.
 * @param head – the first bytes of the decompressed image
 */
export function looksLikeDisk(head: Uint8Array): boolean {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  return (
    isIso(head) ||
    markers.some(({ offset, magic }) => bytes.toString('latin1', offset, offset + magic.length) === magic)
  )
}
