import { stat } from 'node:fs/promises'
import type { DriveIdentity } from '../../../src-shared/drive.ts'
import { readAttribute } from './sysfs.ts'

/** What the kernel alone knows of a drive: that it is plugged in since, and with which medium. */
export type Presence = Pick<DriveIdentity, 'attachment' | 'medium'>

/**
 * - attachment: the inode of the drive's directory in sysfs, which the kernel gives to no other directory until it is
 *   started again;
 * - medium: diskseq, which is counted up for every medium of every drive (since Linux 5.15; ABI/stable/sysfs-block).
 * @param number `8:16`
 */
export async function readPresence(number: string): Promise<Presence> {
  const directory = `/sys/dev/block/${number}`
  const [attachment, medium] = await Promise.all([
    stat(`${directory}/`, { bigint: true }).then(
      ({ ino }) => String(ino),
      () => null,
    ),
    readAttribute(`${directory}/diskseq`),
  ])
  return { attachment, medium }
}
