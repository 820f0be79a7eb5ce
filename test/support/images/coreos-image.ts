import zlib from 'node:zlib'
import { fillLikeDisk, makeRandom } from './random-bytes.ts'
import { mib } from '../files/mib.ts'

export interface RawImageOptions {
  /** Size in bytes, at least 128 KiB; any value, not only multiples of the sector size. */
  size: number
  sectorSize?: 512 | 4096
  seed?: number
  /** Default: x86_64. */
  architecture?: string
}

const tableEntries = 128
const entrySize = 128

/** Disk GUID of every Fedora CoreOS image. The first boot replaces it by a new one. */
export const placeholderDiskGuid = '00000000-0000-4000-a000-000000000001'

const partitionTypes: Record<string, string> = {
  'BIOS-BOOT': '21686148-6449-6e6f-744e-656564454649',
  'EFI-SYSTEM': 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  boot: '0fc63daf-8483-4772-8e79-3d69d8477de4',
  root: '4f68bce3-e8cd-4db1-96e7-fbcaf984b709',
}

interface Partition {
  number: number
  name: string
  /** Offset in bytes; the end is exclusive. */
  start: number
  end: number
}

/**
 * Makes a disk image shaped like Fedora CoreOS: the frame of `makeDiskFrame`, and partitions
 * without file systems, filled with bytes like those of a disk.
 */
export function makeRawImage({ size, sectorSize = 512, seed = 1, architecture }: RawImageOptions): Buffer {
  const { head, start, end, tail } = makeDiskFrame({ size, sectorSize, seed, ...(architecture && { architecture }) })
  const image = Buffer.alloc(size)
  fillLikeDisk(image.subarray(start), seed)
  // The space after the last partition belongs to the backup GPT. Bytes after the last whole sector
  // keep their noise.
  const lastWhole = size - (size % sectorSize)
  image.fill(0, end, lastWhole)
  head.copy(image)
  tail.copy(image, lastWhole - tail.length)
  return image
}

/** The parts of a disk image around the partitions. */
export interface DiskFrame {
  /** Start of the image: protective MBR, GPT header, partition table. */
  head: Buffer
  /** Start of the first and end of the last partition, in bytes. */
  start: number
  end: number
  /** The partition `boot`, in bytes. */
  boot: { start: number; end: number }
  /** End of the last whole sectors: backup partition table and GPT header. */
  tail: Buffer
}

/**
 * Makes a protective MBR, a GPT at LBA 1 and its backup in the last whole sector. They describe the
 * four partitions of Fedora CoreOS (1, 127 and 384 MiB and the rest of about 2600), scaled to the
 * size. The format is that of UEFI 2.10, chapter 5.
 */
export function makeDiskFrame({
  size,
  sectorSize = 512,
  seed = 1,
  architecture = 'x86_64',
}: RawImageOptions): DiskFrame {
  if (size < 128 * 1024) throw new RangeError(`A CoreOS-like image of ${size} bytes has no room for its partitions`)
  const sectors = Math.floor(size / sectorSize)
  const tableSectors = (tableEntries * entrySize) / sectorSize
  const partitions = layOut(sectors * sectorSize, (tableSectors + 1) * sectorSize, architecture)
  const table = makeTable(partitions, sectorSize)
  const last = sectors - 1
  const usable = { first: 2 + tableSectors, last: last - tableSectors - 1 }
  const header = (at: number, other: number, tableAt: number) =>
    makeHeader({ at, other, tableAt, usable, tableCrc: zlib.crc32(table) })
  const head = Buffer.alloc((2 + tableSectors) * sectorSize)
  writeProtectiveMbr(head, sectors, makeRandom(seed))
  header(1, last, 2).copy(head, sectorSize)
  table.copy(head, 2 * sectorSize)
  const tail = Buffer.alloc((tableSectors + 1) * sectorSize)
  table.copy(tail)
  header(last, 1, last - tableSectors).copy(tail, table.length)
  const [start, end] = [partitions[0]!.start, partitions.at(-1)!.end]
  return { head, start, end, boot: partitions.find(({ number }) => number === 3)!, tail }
}

/** The first partition, needed by the firmware. s390x needs none. */
const firstPartitions: Record<string, string> = {
  x86_64: 'BIOS-BOOT',
  aarch64: 'reserved',
  ppc64le: 'PowerPC-PReP-boot',
}

function layOut(size: number, tailSize: number, architecture: string): Partition[] {
  // Partitions start at whole MiB if the image is large enough, otherwise at whole pages of 4096
  // bytes.
  const step = size >= 8 * mib ? mib : 4096
  const align = (bytes: number) => Math.max(step, Math.round(bytes / step) * step)
  const biosBoot = Math.max(step, 7 * 4096)
  const efi = biosBoot + step
  const boot = efi + align((size * 127) / 2600)
  const root = boot + align((size * 384) / 2600)
  const end = Math.floor((size - tailSize) / step) * step
  const first = firstPartitions[architecture]
  return [
    ...(first === undefined ? [] : [{ number: 1, name: first, start: biosBoot, end: efi }]),
    ...(first === undefined ? [] : [{ number: 2, name: 'EFI-SYSTEM', start: efi, end: boot }]),
    { number: 3, name: 'boot', start: boot, end: root },
    { number: 4, name: 'root', start: root, end },
  ]
}

function writeProtectiveMbr(image: Buffer, sectors: number, random: () => number): void {
  // Boot code: without it, a lost first sector would look like an empty one.
  for (let at = 0; at < 440; at += 4) image.writeUInt32LE(random(), at)
  const entry = image.subarray(446, 462)
  entry.set([0x00, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff])
  entry.writeUInt32LE(1, 8)
  entry.writeUInt32LE(Math.min(sectors - 1, 0xffffffff), 12)
  image.writeUInt16LE(0xaa55, 510)
}

function makeTable(partitions: Partition[], sectorSize: number): Buffer {
  const table = Buffer.alloc(tableEntries * entrySize)
  for (const { number, name, start, end } of partitions) {
    const entry = table.subarray((number - 1) * entrySize)
    writeGuid(entry, 0, partitionTypes[name] ?? partitionTypes['boot']!)
    writeGuid(entry, 16, `00000000-0000-4000-b000-00000000000${number}`)
    entry.writeBigUInt64LE(BigInt(start / sectorSize), 32)
    entry.writeBigUInt64LE(BigInt(end / sectorSize - 1), 40)
    entry.write(name, 56, 'utf16le')
  }
  return table
}

interface Header {
  /** Sector numbers of this header, the other header and the table. */
  at: number
  other: number
  tableAt: number
  usable: { first: number; last: number }
  tableCrc: number
}

function makeHeader({ at, other, tableAt, usable, tableCrc }: Header): Buffer {
  const header = Buffer.alloc(92)
  header.write('EFI PART', 0, 'latin1')
  header.writeUInt32LE(0x00010000, 8)
  header.writeUInt32LE(header.length, 12)
  header.writeBigUInt64LE(BigInt(at), 24)
  header.writeBigUInt64LE(BigInt(other), 32)
  header.writeBigUInt64LE(BigInt(usable.first), 40)
  header.writeBigUInt64LE(BigInt(usable.last), 48)
  writeGuid(header, 56, placeholderDiskGuid)
  header.writeBigUInt64LE(BigInt(tableAt), 72)
  header.writeUInt32LE(tableEntries, 80)
  header.writeUInt32LE(entrySize, 84)
  header.writeUInt32LE(tableCrc, 88)
  // The checksum covers the header with zeros in its place, so it is written last.
  header.writeUInt32LE(zlib.crc32(header), 16)
  return header
}

/** Writes a GUID. Its first three groups are numbers, stored little-endian. */
function writeGuid(bytes: Buffer, offset: number, guid: string): void {
  const hex = guid.replaceAll('-', '')
  bytes.write(hex, offset, 'hex')
  bytes.subarray(offset, offset + 4).swap32()
  bytes.subarray(offset + 4, offset + 8).swap16()
}
