import { crc32 } from 'node:zlib'
import type { ReadAt } from './read-at.ts'

export interface Partition {
  /** Number of the partition, starting at 1. */
  number: number
  name: string
  /** GUID in lower case, or the type byte of an MBR. */
  type: string | number
  /** Offsets on the drive, in bytes. The end is exclusive. */
  start: number
  end: number
}

export interface PartitionTable {
  sectorSize: 512 | 4096
  /**
   * Size of the disk that the table was made for, in bytes. The backup table is in the last sector
   * of that disk.
   */
  diskSize: number
  /** Lower case. */
  diskGuid: string
  partitions: Partition[]
}

/** Maximum size of a table, in bytes: 8192 entries of the usual size. The usual number is 128. */
const mostBytes = 1024 * 1024

/**
 * Reads the GPT at the start of a drive (UEFI 2.10, chapter 5.3), for either sector size. Returns
 * null if there is none or its checksums are wrong.
 * @throws the errors of `read`
 */
export async function readPartitionTable(read: ReadAt): Promise<PartitionTable | null> {
  return (await readTable(read, 512)) ?? (await readTable(read, 4096))
}

async function readTable(read: ReadAt, sectorSize: 512 | 4096): Promise<PartitionTable | null> {
  const header = await read(sectorSize, 512)
  const size = header.readUInt32LE(12)
  if (header.toString('latin1', 0, 8) !== 'EFI PART' || size < 92 || size > header.length) return null
  const summed = Buffer.from(header.subarray(0, size))
  summed.writeUInt32LE(0, 16)
  const count = header.readUInt32LE(80)
  const entrySize = header.readUInt32LE(84)
  const length = count * entrySize
  if (crc32(summed) !== header.readUInt32LE(16) || entrySize < 128 || entrySize % 8 !== 0 || length > mostBytes)
    return null
  const table = await read(Number(header.readBigUInt64LE(72)) * sectorSize, length)
  if (crc32(table) !== header.readUInt32LE(88)) return null
  const partitions: Partition[] = []
  for (let index = 0; index < count; index++) {
    const entry = table.subarray(index * entrySize, (index + 1) * entrySize)
    // An entry with a type of zeros is unused.
    if (entry.subarray(0, 16).every((byte) => byte === 0)) continue
    const start = Number(entry.readBigUInt64LE(32)) * sectorSize
    const end = (Number(entry.readBigUInt64LE(40)) + 1) * sectorSize
    const name = entry.toString('utf16le', 56, 128).replace(/\0.*$/s, '')
    if (end > start) partitions.push({ number: index + 1, name, type: readGuid(entry, 0), start, end })
  }
  const diskSize = (Number(header.readBigUInt64LE(32)) + 1) * sectorSize
  return { sectorSize, diskSize, diskGuid: readGuid(header, 56), partitions }
}

/** The first three groups of a GUID are numbers, stored little-endian. */
function readGuid(bytes: Buffer, offset: number): string {
  const guid = Buffer.from(bytes.subarray(offset, offset + 16))
  guid.subarray(0, 4).swap32()
  guid.subarray(4, 6).swap16()
  guid.subarray(6, 8).swap16()
  return guid.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
