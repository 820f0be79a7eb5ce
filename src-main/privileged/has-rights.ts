import { access, constants, open } from 'node:fs/promises'
import type { Drive } from '../../src-shared/drive.ts'

/**
 * Returns true if this process has all rights that a job needs: to open the drive, and for writing
 * also to unmount everything on it.
 * @param path – the path that gives access to the bytes of the drive
 */
export async function hasRights(drive: Drive, path: string, mode: 'read' | 'write'): Promise<boolean> {
  // A file needs no helper: the user is responsible for its permissions.
  if (drive.identity.kind === 'file' || process.geteuid?.() === 0) return true
  const isMounted = drive.contents.some(({ mountpoints }) => mountpoints.length > 0)
  if (mode === 'write' && isMounted) return false
  const wanted = mode === 'write' ? constants.R_OK | constants.W_OK : constants.R_OK
  try {
    // On Windows access(2) checks only attributes; only opening the drive checks the rights.
    if (process.platform === 'win32') await open(path, mode === 'write' ? 'r+' : 'r').then((handle) => handle.close())
    else await access(path, wanted)
    return true
  } catch (error) {
    return !['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
  }
}
