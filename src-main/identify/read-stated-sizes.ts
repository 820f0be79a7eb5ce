import { isIso } from '../image/decode/detect-kind.ts'
import { attempt } from './attempt.ts'
import { readPartitionTable } from './partition-table.ts'
import { placeholderDiskGuid } from './placeholder-disk-guid.ts'
import type { ReadAt } from './read-at.ts'

/**
 * Bytes at which a drive itself says that its image ends: where its partition table has its backup, and the space of an ISO's
 * volume. Nothing is believed of it: it only says where the running hash is worth looking at.
 * @throws what the target throws, but for what cannot be read
 */
export async function readStatedSizes(read: ReadAt): Promise<number[]> {
  const [volumeSize, table] = [await attempt(readVolumeSize(read)), await attempt(readPartitionTable(read))]
  // Of a disk that has started, or was made by somebody else, the backup stands at the end of the drive.
  const isImage = table !== null && (volumeSize !== null || table.diskGuid === placeholderDiskGuid)
  return [...(volumeSize === null ? [] : [volumeSize]), ...(isImage ? [table.diskSize] : [])].filter(
    (size) => Number.isSafeInteger(size) && size > 0,
  )
}

/** ECMA-119, 8.4: the primary volume descriptor has the volume's blocks at byte 80, and a block's bytes at 128. */
async function readVolumeSize(read: ReadAt): Promise<number | null> {
  const head = await read(0, 34 * 1024)
  return isIso(head) ? head.readUInt32LE(32768 + 80) * head.readUInt16LE(32768 + 128) : null
}
