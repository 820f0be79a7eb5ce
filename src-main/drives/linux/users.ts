import { say } from '../../../src-shared/phrases.ts'
import { flatten, type BlockDevice } from './block-tree.ts'
import type { Loop } from './loops.ts'
import type { Opener } from './openers.ts'

/** Who uses drives, read once for a whole list. */
export interface Usage {
  /** Loop devices, each with the drives that its bytes lie on. */
  loops: (Loop & { drives: string[] })[]
  openers: Opener[]
  /** The devices of each mounted btrfs. */
  btrfs: string[][]
  /** Device numbers that a program has mounted (FUSE: ntfs-3g, exfat-fuse); it ends when they are unmounted. */
  served: Set<string>
}

/**
 * File systems over several drives, loop devices and programs that use a drive, in words. A program counts when it could write: one that only reads (a
 * health monitor, a file manager) does not keep anybody from the drive.
 */
export function usersOf(drive: BlockDevice, { loops, openers, btrfs, served }: Usage): string[] {
  const all = flatten(drive)
  const parts = new Set(all.map((part) => part.device))
  const openable = new Set(all.filter(({ number }) => !served.has(number)).map((part) => part.device))
  const users = [
    // One on this drive alone is a mount like others; from several it cannot be taken without harm to the others.
    ...btrfs
      .filter((members) => members.some((device) => parts.has(device)) && !members.every((device) => parts.has(device)))
      .map((members) => say('btrfs-of', { members: members.join(' and ') })),
    ...loops.filter(({ device, drives }) => drives.includes(drive.device) && device !== drive.device).map(nameLoop),
    ...openers.filter(({ what, writes, own }) => writes && !own && openable.has(what)).map((opener) => opener.process),
  ]
  // A program may have a drive and its partitions open.
  return [...new Set(users)]
}

export const nameLoop = (loop: Loop): string => say('loop', { device: loop.device })
