import { isIso } from '../image/decode/detect-kind.ts'
import { attempt } from './attempt.ts'
import { readPartitionTable } from './partition-table.ts'
import { placeholderDiskGuid } from './placeholder-disk-guid.ts'
import type { ReadAt } from './read-at.ts'

/**
 * Reads the offsets at which the drive's own structures say that its image ends, in bytes. They are
 * the place of the backup partition table and the volume size of an ISO. The values are not
 * trusted: they only select the offsets at which the running hash is compared.
 * @throws the errors of the target, except for unreadable sectors
 */
export async function readStatedSizes(read: ReadAt): Promise<number[]> {
  const [volumeSize, table] = [await attempt(readVolumeSize(read)), await attempt(readPartitionTable(read))]
  // If the disk was booted, or not made from an image, the backup table is at the end of the drive.
  const isImage = table !== null && (volumeSize !== null || table.diskGuid === placeholderDiskGuid)
  return [...(volumeSize === null ? [] : [volumeSize]), ...(isImage ? [table.diskSize] : [])].filter(
    (size) => Number.isSafeInteger(size) && size > 0,
  )
}

/**
 * Reads the volume size of an ISO image. ECMA-119, 8.4: the primary volume descriptor has the
 * number of blocks at byte 80, and the block size at byte 128.
 */
async function readVolumeSize(read: ReadAt): Promise<number | null> {
  const head = await read(0, 34 * 1024)
  return isIso(head) ? head.readUInt32LE(32768 + 80) * head.readUInt16LE(32768 + 128) : null
}
