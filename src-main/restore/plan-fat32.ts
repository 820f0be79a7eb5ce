import { roundUp } from '../write/round-up.ts'
import { mebibyte, type Layout, type Patch, type Volume } from './layout.ts'

/*
 * Microsoft Extensible Firmware Initiative FAT32 File System Specification, version 1.03 (2000).
 */

/** Least number of reserved sectors: boot sector, FSInfo and their copies, as usual for FAT32. */
const leastReserved = 32
/** Sectors of FSInfo and of the copy of the boot sector. */
const [infoSector, copySector] = [1, 6]
/**
 * Numbers of clusters that make a volume FAT32. The specification asks to stay away from the limits
 * by at least 16.
 */
const [leastClusters, mostClusters] = [65_525 + 16, 0x0fff_fff5 - 16]
/** A sector number has 32 bits. */
const mostSectors = 2 ** 32 - 1
const rootCluster = 2

/** Cluster sizes by the size of the volume, in bytes, as in the table of the specification. */
const clusterSizes = [
  [260 * mebibyte, 512],
  [8 * 1024 * mebibyte, 4096],
  [16 * 1024 * mebibyte, 8192],
  [32 * 1024 * mebibyte, 16_384],
  [Infinity, 32_768],
] as const

/** Returns the least and the greatest size of a volume with these sectors, in bytes. */
export const fat32Limits = (sectorSize: number) => ({
  // The FATs of so few clusters and the reserved sectors fit into a MiB.
  least: mebibyte + roundUp(leastClusters * sectorSize, mebibyte),
  most: Math.min(mostSectors * sectorSize, mostClusters * clusterSizes.at(-1)![1]),
})

/** Plans an empty FAT32 volume whose size is within the limits. Its clusters begin at a MiB. */
export function planFat32({ start, size, sectorSize, serial, label }: Volume): Layout {
  const sectors = size / sectorSize
  const [, usual] = clusterSizes.find(([most]) => size <= most)!
  const cluster = Math.max(usual, sectorSize)
  const perCluster = cluster / sectorSize
  // A little too long, because the reserved sectors and the FATs take clusters themselves.
  const fatSectors = Math.ceil(((Math.floor(sectors / perCluster) + 2) * 4) / sectorSize)
  const dataSector = roundUp((leastReserved + 2 * fatSectors) * sectorSize, mebibyte) / sectorSize
  const reserved = dataSector - 2 * fatSectors
  const clusters = Math.floor((sectors - dataSector) / perCluster)
  const name = Buffer.from((label || 'NO NAME').padEnd(11), 'latin1')

  const boot = Buffer.alloc(512)
  // Jumps to code that asks the firmware for the next drive (INT 18h), then halts.
  boot.set([0xeb, 0x58, 0x90])
  boot.set([0xcd, 0x18, 0xf4, 0xeb, 0xfd], 0x5a)
  boot.write('MSWIN4.1', 3, 'latin1')
  boot.writeUInt16LE(sectorSize, 11)
  boot.writeUInt8(perCluster, 13)
  boot.writeUInt16LE(reserved, 14)
  boot.writeUInt8(2, 16) // number of FATs
  boot.writeUInt8(0xf8, 21) // medium
  boot.writeUInt16LE(63, 24) // sectors per track
  boot.writeUInt16LE(255, 26) // heads
  boot.writeUInt32LE(start / sectorSize, 28)
  boot.writeUInt32LE(sectors, 32)
  boot.writeUInt32LE(fatSectors, 36)
  boot.writeUInt32LE(rootCluster, 44)
  boot.writeUInt16LE(infoSector, 48)
  boot.writeUInt16LE(copySector, 50)
  boot.writeUInt8(0x80, 64) // number of the drive
  boot.writeUInt8(0x29, 66) // the three fields that follow are present
  boot.writeUInt32LE(serial, 67)
  boot.set(name, 71)
  boot.write('FAT32   ', 82, 'latin1')
  boot.writeUInt16LE(0xaa55, 510)

  const info = Buffer.alloc(512)
  info.write('RRaA', 0, 'latin1')
  info.write('rrAa', 484, 'latin1')
  info.writeUInt32LE(clusters - 1, 488) // free clusters
  info.writeUInt32LE(rootCluster + 1, 492) // where to look for free ones
  info.writeUInt16LE(0xaa55, 510)

  // The two reserved entries, and the root directory, which has one cluster.
  const fat = Buffer.alloc(12)
  fat.writeUInt32LE(0x0fff_fff8, 0)
  fat.writeUInt32LE(0x0fff_ffff, 4)
  fat.writeUInt32LE(0x0fff_ffff, 8)

  const entry = Buffer.alloc(32)
  entry.set(name)
  entry.writeUInt8(0x08, 11) // a volume label
  entry.writeUInt16LE(0x0021, 24) // 1980-01-01, the first date

  const at = (sector: number, bytes: Uint8Array): Patch => ({ offset: sector * sectorSize, bytes })
  return {
    length: dataSector * sectorSize + cluster,
    patches: [
      ...[0, copySector].flatMap((first) => [at(first, boot), at(first + infoSector, info)]),
      at(reserved, fat),
      at(reserved + fatSectors, fat),
      ...(label === '' ? [] : [at(dataSector, entry)]),
    ],
  }
}
