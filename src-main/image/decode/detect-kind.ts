import { KindlingError } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import { startsLikeZst } from './zst-layout.ts'

export type Compression = 'xz' | 'gz' | 'zst'

/** Number of bytes that `detectCompression` needs; fewer suffice for a shorter file. */
export const headLength = 4096 + 512

const compressions: [Compression, number[]][] = [
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['gz', [0x1f, 0x8b]],
]

/** Detects the compression by magic bytes, never by name. */
export function detectCompression(head: Uint8Array): Compression | null {
  const known = compressions.find(([, magic]) => magic.every((byte, index) => head[index] === byte))?.[0]
  return known ?? (startsLikeZst(head) ? 'zst' : null)
}

/**
 * Refuses a file whose name promises a compression that its bytes do not have: it is not the file
 * that the name states.
 * @throws image-not-compressed
 */
export function requireNamedCompression(name: string, found: Compression | null): void {
  const promised = /\.(xz|gz|zst)$/i.exec(name)?.[1]?.toLowerCase()
  if (promised !== undefined && promised !== found)
    throw new KindlingError('image-not-compressed', { source: name, extension: `.${promised}` })
}

/** Names of images that are not for a drive, with their purpose. */
const otherNames = [
  { pattern: /\.bfb$/i, kind: say('bfb') },
  { pattern: /\.ociarchive(\.(xz|gz|zst))?$/i, kind: say('container-disk') },
] as const

const containerName = /\.(qcow2|vmdk|vhd|vhdx|vdi|ova|tar|zip)(\.(xz|gz|zst))?$/i

export const isContainerName = (name: string): boolean =>
  containerName.test(name) || otherNames.some(({ pattern }) => pattern.test(name))

/**
 * Refuses a file with the name of a container. A fixed-size VHD is a raw disk with a 512-byte
 * footer: only its end and its name distinguish it from a raw disk.
 * @throws image-container, image-for-other, image-packed
 */
export function refuseContainerName(name: string): void {
  const other = otherNames.find(({ pattern }) => pattern.test(name))
  if (other !== undefined) throw new KindlingError('image-for-other', { source: name, kind: other.kind })
  const extension = containerName.exec(name)?.[1]?.toLowerCase()
  if (extension !== undefined)
    throw new KindlingError(extension === 'zip' ? 'image-packed' : 'image-container', {
      source: name,
      kind: say('file-of-kind', { extension }),
    })
}

/**
 * Returns the sector size that a disk image is made for: its GPT header is at LBA 1 (UEFI
 * specification 5.3.2). Returns null if there is no GPT: such an image fits any drive. For an ISO
 * with a GPT the result is 512, as in hybrid ISOs. It boots at either size, because firmware reads
 * its El Torito catalog or its MBR.
 */
export function detectSectorSize(head: Uint8Array): 512 | 4096 | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  for (const size of [512, 4096] as const) if (bytes.toString('latin1', size, size + 8) === 'EFI PART') return size
  return null
}

/**
 * Tells whether an image is ISO 9660. Its volume descriptors start at byte 32768 (ECMA-119 7.1), so
 * `head` must extend beyond that.
 */
export function isIso(head: Uint8Array): boolean {
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1', 32769, 32774) === 'CD001'
}
