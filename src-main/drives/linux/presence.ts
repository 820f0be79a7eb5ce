import { stat } from 'node:fs/promises'
import type { DriveIdentity } from '../../../src-shared/drive.ts'
import { readAttribute } from './sysfs.ts'

/** Marks of the kernel for the current attachment and the current medium of a drive. */
export type Presence = Pick<DriveIdentity, 'attachment' | 'medium'>

/**
 * Reads the marks of a drive:
 * - attachment: the inode of its directory in sysfs. The kernel gives this inode to no other
 *   directory until the next boot.
 * - medium: diskseq, which the kernel increments for every medium of every drive (since Linux 5.15;
 *   ABI/stable/sysfs-block).
 * @param number – major and minor number, `8:16`
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
