import { access, constants, open } from 'node:fs/promises'
import type { Drive } from '../../src-shared/drive.ts'

/**
 * Whether this process can do all that a job needs: open the drive, and for writing also unmount what is on it.
 * @param path by which the drive's bytes are reached
 */
export async function hasRights(drive: Drive, path: string, mode: 'read' | 'write'): Promise<boolean> {
  // A file's permissions are the person's own affair.
  if (drive.identity.kind === 'file' || process.geteuid?.() === 0) return true
  const isMounted = drive.contents.some(({ mountpoints }) => mountpoints.length > 0)
  if (mode === 'write' && isMounted) return false
  const wanted = mode === 'write' ? constants.R_OK | constants.W_OK : constants.R_OK
  try {
    // On Windows access(2) looks at attributes alone; only opening asks.
    if (process.platform === 'win32') await open(path, mode === 'write' ? 'r+' : 'r').then((handle) => handle.close())
    else await access(path, wanted)
    return true
  } catch (error) {
    return !['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
  }
}
