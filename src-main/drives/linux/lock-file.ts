import { spawn } from 'node:child_process'
import type { FileHandle } from 'node:fs/promises'

/**
 * Locks a file for one handle, until that handle is closed or its process ends. The lock belongs to
 * the inode, not to a name. Node has no flock(2). flock(1) takes the lock on the handle that it
 * inherits, and the lock stays with the handle when flock(1) has ended, since both are one open
 * file description.
 * @returns false when another handle has the lock; true also where there is no flock(1), or the
 * file system has no locks
 */
export function lockFile({ fd }: FileHandle): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('flock', ['-x', '-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] })
    child.once('error', () => resolve(true))
    // 1 is its answer where the lock is taken; other failures have numbers from sysexits.h.
    child.once('close', (code) => resolve(code !== 1))
  })
}
