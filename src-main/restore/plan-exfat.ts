import { roundUp } from '../write/round-up.ts'
import { mebibyte, type Layout, type Patch, type Volume } from './layout.ts'
import { makeUpCaseTable } from './up-case-table.ts'

/*
 * Microsoft exFAT file system specification, revision 1.00 (2019):
 * https://learn.microsoft.com/windows/win32/fileio/exfat-specification
 */

/** Number of sectors of a boot region. A copy of the region follows it. */
const bootSectors = 12
/** Offset of the FAT in bytes: behind both boot regions, whatever the size of a sector. */
const fatOffset = 128 * 1024
/** Clusters are numbered from 2 on. */
const firstCluster = 2

/** Cluster sizes by the size of the volume, in bytes, as Windows chooses them. */
const clusterSizes = [
  [256 * mebibyte, 4096],
  [32 * 1024 * mebibyte, 32_768],
  [Infinity, 131_072],
] as const
const mostClusters = 2 ** 32 - 11

/** The least and the greatest size of a volume, in bytes. */
export const exfatLimits = { least: 2 * mebibyte, most: mostClusters * clusterSizes.at(-1)![1] }

/** Plans an empty exFAT volume whose size is within the limits. Its clusters begin at a MiB. */
export function planExfat({ start, size, sectorSize, serial, label }: Volume): Layout {
  const [, cluster] = clusterSizes.find(([most]) => size <= most)!
  // A little too long, because the FAT takes clusters itself.
  const fatLength = roundUp((Math.floor(size / cluster) + firstCluster) * 4, sectorSize)
  const heapOffset = roundUp(fatOffset + fatLength, mebibyte)
  const clusters = Math.floor((size - heapOffset) / cluster)

  const upCase = makeUpCaseTable()
  const bitmapLength = Math.ceil(clusters / 8)
  const lengths = [bitmapLength, upCase.length, 1].map((length) => Math.ceil(length / cluster))
  const [bitmapAt, upCaseAt, rootAt, freeAt] = lengths.reduce<number[]>(
    (places, length) => [...places, places.at(-1)! + length],
    [firstCluster],
  ) as [number, number, number, number]
  const used = freeAt - firstCluster

  const fat = Buffer.alloc(freeAt * 4)
  fat.writeUInt32LE(0xffff_fff8, 0)
  fat.writeUInt32LE(0xffff_ffff, 4)
  const ends = [upCaseAt, rootAt, freeAt]
  for (let at = firstCluster; at < freeAt; at++) fat.writeUInt32LE(ends.includes(at + 1) ? 0xffff_ffff : at + 1, at * 4)

  const bitmap = Buffer.alloc(Math.ceil(used / 8), 0xff)
  if (used % 8 !== 0) bitmap[bitmap.length - 1] = (1 << (used % 8)) - 1

  const boot = Buffer.alloc(sectorSize)
  boot.set([0xeb, 0x76, 0x90])
  boot.write('EXFAT   ', 3, 'latin1')
  boot.writeBigUInt64LE(BigInt(start / sectorSize), 64)
  boot.writeBigUInt64LE(BigInt(size / sectorSize), 72)
  boot.writeUInt32LE(fatOffset / sectorSize, 80)
  boot.writeUInt32LE(fatLength / sectorSize, 84)
  boot.writeUInt32LE(heapOffset / sectorSize, 88)
  boot.writeUInt32LE(clusters, 92)
  boot.writeUInt32LE(rootAt, 96)
  boot.writeUInt32LE(serial, 100)
  boot.writeUInt16LE(0x0100, 104) // revision
  boot.writeUInt8(Math.log2(sectorSize), 108)
  boot.writeUInt8(Math.log2(cluster / sectorSize), 109)
  boot.writeUInt8(1, 110) // number of FATs
  boot.writeUInt8(0x80, 111) // number of the drive
  boot.writeUInt8(Math.floor((used * 100) / clusters), 112)
  // Boot code that halts, as the specification asks for.
  boot.fill(0xf4, 120, 510)
  boot.writeUInt16LE(0xaa55, 510)

  const region = makeBootRegion(boot, sectorSize)
  const offsetOf = (place: number) => heapOffset + (place - firstCluster) * cluster
  const patches: Patch[] = [
    { offset: 0, bytes: region },
    { offset: region.length, bytes: region },
    { offset: fatOffset, bytes: fat },
    { offset: offsetOf(bitmapAt), bytes: bitmap },
    { offset: offsetOf(upCaseAt), bytes: upCase },
    {
      offset: offsetOf(rootAt),
      bytes: Buffer.concat([
        nameVolume(label),
        describeFile(0x81, 0, bitmapAt, bitmapLength),
        describeFile(0x82, sum32(upCase), upCaseAt, upCase.length),
      ]),
    },
  ]
  return { length: offsetOf(freeAt), patches }
}

/** Makes a boot region: boot sector, extended boot sectors, parameters, and their checksum. */
function makeBootRegion(boot: Buffer, sectorSize: number): Buffer {
  const region = Buffer.alloc(bootSectors * sectorSize)
  region.set(boot)
  for (let sector = 1; sector <= 8; sector++) region.writeUInt32LE(0xaa55_0000, (sector + 1) * sectorSize - 4)
  const summed = region.subarray(0, (bootSectors - 1) * sectorSize)
  // The checksum leaves out VolumeFlags and PercentInUse, which change in use.
  const sum = sum32(summed.filter((_, index) => index !== 106 && index !== 107 && index !== 112))
  for (let at = summed.length; at < region.length; at += 4) region.writeUInt32LE(sum, at)
  return region
}

/** Returns the checksum of the specification: rotate right, then add. */
function sum32(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) sum = (((sum << 31) | (sum >>> 1)) + byte) >>> 0
  return sum
}

/** Makes the directory entry of the volume label. Without a label it is marked unused. */
function nameVolume(label: string): Buffer {
  const entry = Buffer.alloc(32)
  entry.writeUInt8(label === '' ? 0x03 : 0x83, 0)
  entry.writeUInt8(label.length, 1)
  entry.write(label, 2, 'utf16le')
  return entry
}

/** Makes the directory entry of the allocation bitmap (0x81) or the up-case table (0x82). */
function describeFile(type: number, sum: number, cluster: number, length: number): Buffer {
  const entry = Buffer.alloc(32)
  entry.writeUInt8(type, 0)
  entry.writeUInt32LE(sum, 4)
  entry.writeUInt32LE(cluster, 20)
  entry.writeBigUInt64LE(BigInt(length), 24)
  return entry
}
