import { KindlingError } from '../../src-shared/failure.ts'
import { fileSystemNames, type FileSystem } from '../../src-shared/file-system.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import { withheldSize } from '../write/withheld-ends.ts'
import type { Extent } from '../write/extent.ts'
import { roundUp } from '../write/round-up.ts'
import { mebibyte, type Patch } from './layout.ts'
import { exfatLimits, planExfat } from './plan-exfat.ts'
import { fat32Limits, planFat32 } from './plan-fat32.ts'
import { backupLength, mostMbr, planGpt, planMbr } from './plan-table.ts'

/** Largest drive that gets FAT32 unless the user says otherwise, in bytes: 32 GB, as in shops. */
const mostUsualFat32 = 32e9

export interface Stick {
  /** Name of the drive for messages. */
  drive: string
  /** Size in bytes. */
  size: number
  /** Size of a logical sector in bytes. */
  sectorSize: number
  fileSystem: FileSystem
  /** Checked label; empty for none. */
  label: string
}

/** New content of a drive. */
export interface StickPlan {
  table: 'mbr' | 'gpt'
  /** Ranges behind the withheld start that are written, in ascending order. */
  extents: Extent[]
  /** Bytes of the withheld start and of the extents that are not zeros. */
  patches: Patch[]
}

/** Offset of the partition: the withheld start holds nothing but the partition table. */
const start = withheldSize

const limitsOf = (fileSystem: FileSystem, sectorSize: number) =>
  fileSystem === 'fat32' ? fat32Limits(sectorSize) : exfatLimits

/**
 * Returns the usual file system of a drive: FAT32 up to 32 GB, exFAT for larger drives and for
 * those that are too small for FAT32.
 */
export const usualFileSystem = ({ size, sectorSize }: Pick<Stick, 'size' | 'sectorSize'>): FileSystem =>
  size <= mostUsualFat32 && endOf(size, sectorSize) - start >= fat32Limits(sectorSize).least ? 'fat32' : 'exfat'

const tableOf = (size: number) => (size > mostMbr ? 'gpt' : 'mbr')

/** Returns the end of the partition in bytes, a multiple of a MiB. */
function endOf(size: number, sectorSize: number): number {
  const usable = tableOf(size) === 'gpt' ? size - backupLength(sectorSize) : size
  return usable - (usable % mebibyte)
}

/**
 * Plans a plain storage stick: one partition with an empty file system.
 *
 * Everything that could make a system take the drive for something else is overwritten: the starts
 * of the drive and of the partition, where a file system or the superblock of LVM or a RAID may be,
 * and a MiB at the end of both, where a backup GPT or another superblock may be.
 * @param random – 40 random bytes
 * @throws file-system-unfit
 */
export function planStick(stick: Stick, random: Uint8Array): StickPlan {
  const { drive, size, sectorSize, fileSystem, label } = stick
  const end = endOf(size, sectorSize)
  const { least, most } = limitsOf(fileSystem, sectorSize)
  const unfit = (reason: Said) =>
    new KindlingError('file-system-unfit', { drive, fileSystem: fileSystemNames[fileSystem], reason })
  if (end - start < least) throw unfit(say('drive-below', { size, least: least + start }))
  if (end - start > most) throw unfit(say('drive-above', { size, most }))

  const numbers = new DataView(random.buffer, random.byteOffset)
  const volume = { start, size: end - start, sectorSize, serial: numbers.getUint32(0), label }
  const { length, patches } = fileSystem === 'fat32' ? planFat32(volume) : planExfat(volume)
  // Whole MiB fit the alignment of every drive. The bytes behind the file system's own are free.
  const startLength = roundUp(length, mebibyte)
  const table = tableOf(size)
  const disk = { size, sectorSize, start, end }
  const tail = Math.max(start + startLength, end - mebibyte)
  return {
    table,
    extents: [
      { offset: start, length: startLength },
      { offset: tail, length: size - tail },
    ],
    patches: [
      ...(table === 'gpt'
        ? planGpt(disk, random.subarray(8))
        : planMbr(disk, fileSystem === 'fat32' ? 0x0c : 0x07, numbers.getUint32(4))),
      ...patches.map(({ offset, bytes }) => ({ offset: start + offset, bytes })),
    ],
  }
}
