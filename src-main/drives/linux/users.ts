import { flatten, type BlockDevice } from './block-tree.ts'
import type { Loop } from './loops.ts'
import type { Opener } from './openers.ts'

/** Who uses drives, read once for a whole list. */
export interface Usage {
  /** Loop devices, each with the drives that its bytes lie on. */
  loops: (Loop & { drives: string[] })[]
  openers: Opener[]
}

/**
 * Loop devices and programs that use a drive, in words. A program counts when it could write: one that only reads (a
 * health monitor, a file manager) does not keep anybody from the drive.
 */
export function usersOf(drive: BlockDevice, { loops, openers }: Usage): string[] {
  const parts = new Set(flatten(drive).map((part) => part.device))
  return [
    ...loops.filter(({ device, drives }) => drives.includes(drive.device) && device !== drive.device).map(nameLoop),
    ...openers.filter(({ path, writes }) => writes && parts.has(path)).map((opener) => opener.process),
  ]
}

export const nameLoop = (loop: Loop): string => `loop device ${loop.device}`
