import { KindlingError } from '../../../src-shared/failure.ts'
import type { FailureCode } from '../../../src-shared/failure-catalog.ts'
import { say, type Phrase } from '../../../src-shared/phrases.ts'
import { startsLikeZst } from './zst-layout.ts'

/** Number of bytes that `refuseForeign` examines; fewer suffice for a shorter image. */
export const foreignHead = 1024

interface Format {
  code: Extract<FailureCode, 'image-container' | 'image-for-other' | 'image-packed' | 'image-not-disk'>
  kind: Phrase
  /**
   * Tells whether an image has this format.
   * @param text – the image's first bytes, one character each
   */
  matches(text: string): boolean
}

const at =
  (offset: number, ...magics: string[]) =>
  (text: string) =>
    magics.some((magic) => text.startsWith(magic, offset))

/**
 * Matches the last bytes of a boot sector, whose machine code may begin with a weak magic number.
 */
const isBootSector = at(510, '\x55\xaa')

/**
 * Matches a tar archive that begins as an OCI container image does, or as the layer of a disk for
 * KubeVirt.
 */
const isContainerDisk = (text: string) =>
  at(257, 'ustar')(text) && /^(\.\/)?(blobs\/|oci-layout|index\.json|disk\/)/.test(text)

/** bzip2: the block size in 100 kB, then the magic number of the first block or of the end. */
const isBzip2 = (text: string) => /^BZh[1-9]/.test(text) && at(4, '1AY&SY', '\x17rE8P\x90')(text)

/**
 * Unix compress: two bytes, then the maximum length of a code in bits, 9 to 16, and whether codes
 * are reset.
 */
const isCompress = (text: string) =>
  text.startsWith('\x1f\x9d') && /^[\x89-\x90]/.test(text.slice(2)) && !isBootSector(text)

/**
 * Matches LZMA_Alone, which has no magic number. The properties are the usual ones. The dictionary
 * has 2^n or 2^n + 2^(n-1) bytes. The size is unknown or less than 2^48 (xz's
 * lzma-file-format.txt).
 */
function isLzma(text: string): boolean {
  const bytes = Buffer.from(text.slice(0, 13), 'latin1')
  if (bytes.length < 13 || bytes[0] !== 0x5d || isBootSector(text)) return false
  const [dictionary, size] = [bytes.readUInt32LE(1), bytes.readBigUInt64LE(5)]
  const isRound = /^1(1?)0{12,}$/.test(dictionary.toString(2))
  return isRound && (size === 2n ** 64n - 1n || size < 2n ** 48n)
}

const isZst = (text: string) => startsLikeZst(Buffer.from(text, 'latin1'))

// Magic numbers are from each format's specification, or from the magic(5) of file(1).
const formats: Format[] = [
  { code: 'image-container', kind: say('qcow2'), matches: at(0, 'QFI\xfb') },
  { code: 'image-container', kind: say('qed'), matches: at(0, 'QED\0') },
  { code: 'image-container', kind: say('vmdk'), matches: at(0, 'KDMV', 'COWD', '# Disk DescriptorFile') },
  { code: 'image-container', kind: say('vhd'), matches: at(0, 'conectix') },
  { code: 'image-container', kind: say('vhdx'), matches: at(0, 'vhdxfile') },
  { code: 'image-container', kind: say('vdi'), matches: at(0, '<<< ') },
  { code: 'image-container', kind: say('parallels'), matches: at(0, 'WithoutFreeSpace', 'WithouFreSpacExt') },
  { code: 'image-container', kind: say('android-sparse'), matches: at(0, '\x3a\xff\x26\xed') },
  { code: 'image-for-other', kind: say('bfb'), matches: at(0, 'Bf\x02\x13') },
  { code: 'image-for-other', kind: say('container-disk'), matches: isContainerDisk },
  { code: 'image-container', kind: say('tar'), matches: at(257, 'ustar') },
  { code: 'image-packed', kind: say('zip'), matches: at(0, 'PK\x03\x04', 'PK\x05\x06') },
  { code: 'image-packed', kind: say('7z'), matches: at(0, '7z\xbc\xaf\x27\x1c') },
  { code: 'image-packed', kind: say('rar'), matches: at(0, 'Rar!\x1a\x07') },
  { code: 'image-packed', kind: say('bzip2'), matches: isBzip2 },
  { code: 'image-packed', kind: say('lzip'), matches: at(0, 'LZIP\x01') },
  { code: 'image-packed', kind: say('lzop'), matches: at(0, '\x89LZO\0\r\n\x1a\n') },
  { code: 'image-packed', kind: say('lz4'), matches: at(0, '\x04\x22\x4d\x18', '\x02\x21\x4c\x18') },
  { code: 'image-packed', kind: say('compress'), matches: isCompress },
  { code: 'image-packed', kind: say('lzma'), matches: isLzma },
  { code: 'image-packed', kind: say('xz-again'), matches: at(0, '\xfd7zXZ\0') },
  { code: 'image-packed', kind: say('gz-again'), matches: at(0, '\x1f\x8b\x08') },
  { code: 'image-packed', kind: say('zst-again'), matches: isZst },
  { code: 'image-packed', kind: say('wim'), matches: at(0, 'MSWIM\0\0\0') },
  { code: 'image-packed', kind: say('cab'), matches: at(0, 'MSCF\0\0\0\0') },
  { code: 'image-packed', kind: say('cpio'), matches: at(0, '070701', '070702', '070707') },
  { code: 'image-not-disk', kind: say('deb'), matches: at(0, '!<arch>\ndebian-binary') },
  { code: 'image-not-disk', kind: say('rpm'), matches: at(0, '\xed\xab\xee\xdb') },
  { code: 'image-not-disk', kind: say('elf'), matches: at(0, '\x7fELF') },
  { code: 'image-not-disk', kind: say('pdf'), matches: at(0, '%PDF-') },
  { code: 'image-not-disk', kind: say('pgp'), matches: at(0, '-----BEGIN PGP ') },
]

/**
 * Refuses an image that begins as a file of another format: it is not the plain bytes of a drive.
 * @param name – name of the image, for display
 * @param head – the first bytes of the decompressed image
 * @throws image-container, image-for-other, image-packed, image-not-disk
 */
export function refuseForeign(name: string, head: Uint8Array): void {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, foreignHead)).toString('latin1')
  const format = formats.find(({ matches }) => matches(text))
  if (format !== undefined) throw new KindlingError(format.code, { source: name, kind: format.kind })
}
