import { spawn } from 'node:child_process'
import type { FileHandle } from 'node:fs/promises'

/**
 * Locks a file for one handle, until that handle is closed or its process ends. The lock belongs to
 * the inode, not to a name. Node has no flock(2), so flock(1) takes the lock on the handle that it
 * inherits. Both handles are one open file description: the lock remains when flock(1) has ended.
 * @returns false if another handle has the lock; true also if flock(1) is missing or the file
 * system has no locks
 */
export function lockFile({ fd }: FileHandle): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('flock', ['-x', '-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] })
    child.once('error', () => resolve(true))
    // Exit code 1 means that the lock is taken. Other failures have codes from sysexits.h.
    child.once('close', (code) => resolve(code !== 1))
  })
}
