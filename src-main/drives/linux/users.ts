import { say, type Said, type Phrase, distinct } from '../../../src-shared/phrases.ts'
import { flatten, type BlockDevice } from './block-tree.ts'
import type { Loop } from './loops.ts'
import type { Opener } from './openers.ts'

/** The users of all drives, read once for a whole list. */
export interface Usage {
  /** Loop devices, each with the drives that store its bytes. */
  loops: (Loop & { drives: string[] })[]
  openers: Opener[]
  /** The devices of each mounted btrfs. */
  btrfs: string[][]
  /**
   * Numbers of devices that a FUSE program (ntfs-3g, exfat-fuse) has mounted. The program ends when
   * they are unmounted.
   */
  served: Set<string>
}

/**
 * Returns the file systems over several drives, loop devices and programs that use a drive, as text
 * for users. A program counts only if it could write. A program that only reads (a health monitor,
 * a file manager) does not keep a drive busy.
 */
export function usersOf(drive: BlockDevice, { loops, openers, btrfs, served }: Usage): Said[] {
  const all = flatten(drive)
  const parts = new Set(all.map((part) => part.device))
  const openable = new Set(all.filter(({ number }) => !served.has(number)).map((part) => part.device))
  const users = [
    // A btrfs on this drive alone is an ordinary mount. A btrfs over several drives would be
    // damaged on the other drives.
    ...btrfs
      .filter((members) => members.some((device) => parts.has(device)) && !members.every((device) => parts.has(device)))
      .map((members) => say('btrfs-of', { members: members.join(' and ') })),
    ...loops.filter(({ device, drives }) => drives.includes(drive.device) && device !== drive.device).map(nameLoop),
    ...openers.filter(({ what, writes, own }) => writes && !own && openable.has(what)).map((opener) => opener.process),
  ]
  // A program may have both a drive and its partitions open.
  return distinct(users)
}

export const nameLoop = (loop: Loop): Phrase => say('loop', { device: loop.device })
