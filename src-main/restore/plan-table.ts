import { crc32 } from 'node:zlib'
import type { Patch } from './layout.ts'

/** Largest drive with an MBR, in bytes: its sector numbers have 32 bits. */
export const mostMbr = 2 * 1024 ** 4

/** A drive with one partition. */
export interface DiskLayout {
  /** Size in bytes. */
  size: number
  /** Size of a logical sector in bytes. */
  sectorSize: number
  /** Offsets of the partition in bytes; the end is exclusive. */
  start: number
  end: number
}

/** Number of bytes that a backup GPT takes at the end of a drive. */
export const backupLength = (sectorSize: number) => sectorSize + entriesLength

/**
 * Plans an MBR with one partition.
 * @param type – type of the partition: 0x0c for FAT32, 0x07 for exFAT, 0xee for a GPT
 * @param signature – number of the disk, with 32 bits
 */
export function planMbr(
  { sectorSize, start, end }: Omit<DiskLayout, 'size'>,
  type: number,
  signature: number,
): Patch[] {
  const mbr = Buffer.alloc(512)
  // Asks the firmware for the next drive (INT 18h), then halts.
  mbr.set([0xcd, 0x18, 0xf4, 0xeb, 0xfd])
  mbr.writeUInt32LE(signature, 440)
  const [first, count] = [start / sectorSize, Math.min((end - start) / sectorSize, 0xffff_ffff)]
  mbr.set(countByHeads(first), 447)
  mbr.writeUInt8(type, 450)
  mbr.set(countByHeads(first + count - 1), 451)
  mbr.writeUInt32LE(first, 454)
  mbr.writeUInt32LE(count, 458)
  mbr.writeUInt16LE(0xaa55, 510)
  return [{ offset: 0, bytes: mbr }]
}

/** Returns a sector number by cylinder, head and sector, for 255 heads and 63 sectors. */
function countByHeads(sector: number): number[] {
  const cylinder = Math.floor(sector / (255 * 63))
  if (cylinder > 1023) return [0xfe, 0xff, 0xff]
  return [Math.floor(sector / 63) % 255, (sector % 63) + 1 + ((cylinder >> 8) << 6), cylinder & 0xff]
}

/** Number and length of GPT entries: the least that UEFI allows. */
const [entryCount, entryLength] = [128, 128]
const entriesLength = entryCount * entryLength
/** EBD0A0A2-B9E5-4433-87C0-68B6B72699C7, "basic data", as it is stored. */
const basicData = Buffer.from('a2a0d0ebe5b9334487c068b6b72699c7', 'hex')

/**
 * Plans a GPT with one partition, its backup and its protective MBR (UEFI 2.10, chapter 5).
 * @param guids – 32 random bytes, for the disk and the partition
 */
export function planGpt({ size, sectorSize, start, end }: DiskLayout, guids: Uint8Array): Patch[] {
  const sectors = Math.floor(size / sectorSize)
  const entrySectors = entriesLength / sectorSize
  const [diskGuid, partitionGuid] = [guids.subarray(0, 16), guids.subarray(16, 32)].map(makeGuid)

  const entries = Buffer.alloc(entriesLength)
  entries.set(basicData)
  entries.set(partitionGuid!, 16)
  entries.writeBigUInt64LE(BigInt(start / sectorSize), 32)
  entries.writeBigUInt64LE(BigInt(end / sectorSize - 1), 40)

  const makeHeader = (own: number, other: number, table: number) => {
    const header = Buffer.alloc(92)
    header.write('EFI PART', 0, 'latin1')
    header.writeUInt32LE(0x0001_0000, 8)
    header.writeUInt32LE(header.length, 12)
    header.writeBigUInt64LE(BigInt(own), 24)
    header.writeBigUInt64LE(BigInt(other), 32)
    header.writeBigUInt64LE(BigInt(2 + entrySectors), 40)
    header.writeBigUInt64LE(BigInt(sectors - 2 - entrySectors), 48)
    header.set(diskGuid!, 56)
    header.writeBigUInt64LE(BigInt(table), 72)
    header.writeUInt32LE(entryCount, 80)
    header.writeUInt32LE(entryLength, 84)
    header.writeUInt32LE(crc32(entries), 88)
    header.writeUInt32LE(crc32(header), 16)
    return header
  }
  const last = sectors - 1
  const at = (sector: number, bytes: Uint8Array): Patch => ({ offset: sector * sectorSize, bytes })
  return [
    ...planMbr({ sectorSize, start: sectorSize, end: sectors * sectorSize }, 0xee, 0),
    at(1, makeHeader(1, last, 2)),
    at(2, entries),
    at(last - entrySectors, entries),
    at(last, makeHeader(last, 1, last - entrySectors)),
  ]
}

/** Marks 16 random bytes as a random GUID (RFC 9562, version 4). */
function makeGuid(random: Uint8Array): Buffer {
  const guid = Buffer.from(random)
  guid[7] = (guid[7]! & 0x0f) | 0x40
  guid[8] = (guid[8]! & 0x3f) | 0x80
  return guid
}
