import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { KindlingError } from '../../src-shared/failure.ts'

/**
 * Returns the failure if a system protects a file from programs, whatever the rights of the user
 * are; null for any other error.
 *
 * Controlled folder access of Windows protects folders from writing. Node reports its refusals in
 * three ways. The first two also mean missing rights of the user, so the failure names both.
 *
 * - EPERM: ERROR_ACCESS_DENIED (libuv, src/win/error.c).
 * - EBADF in a write: the same error of WriteFile, which libuv changes to ERROR_INVALID_FLAGS
 *   (fs__write in src/win/fs.c). The file was open for writing, so the handle is not at fault.
 * - ENOENT for a new file or folder whose parent exists: Windows hides its refusal there.
 *
 * Privacy of macOS (TCC) protects the folders Desktop, Documents and Downloads, removable volumes
 * and network volumes from reading and writing. A refused open is EPERM. Missing rights of the user
 * are EACCES (open(2)).
 * @param file – for the message
 * @param intent – of the failed call
 */
export function fileRefused(
  file: string,
  error: unknown,
  intent: 'read' | 'write',
  platform = process.platform,
): KindlingError | null {
  const { code } = error as NodeJS.ErrnoException
  if (platform === 'darwin' && code === 'EPERM')
    return new KindlingError('file-blocked-by-macos', { file }, { cause: error })
  if (platform !== 'win32' || intent === 'read') return null
  if (code !== 'EPERM' && !isDeniedWrite(error) && !isHiddenRefusal(error)) return null
  return new KindlingError('file-blocked-by-windows', { file }, { cause: error })
}

/**
 * Returns the failure if a system keeps programs from a drive, although this process has the rights
 * to open it; null for any other error. Windows answers EPERM to an open, and EBADF to a write (see
 * `fileRefused`): Controlled folder access forbids writing sectors, and a disk with mounted volumes
 * refuses writes, too (WriteFile). macOS answers EPERM to an open.
 */
export function driveRefused(drive: string, error: unknown, platform = process.platform): KindlingError | null {
  const { code } = error as NodeJS.ErrnoException
  if (platform === 'darwin' && code === 'EPERM')
    return new KindlingError('drive-blocked-by-macos', { drive }, { cause: error })
  if (platform !== 'win32' || (code !== 'EPERM' && !isDeniedWrite(error))) return null
  return new KindlingError('drive-blocked-by-windows', { drive }, { cause: error })
}

const isDeniedWrite = (error: unknown): boolean => {
  const { code, syscall } = error as NodeJS.ErrnoException
  return code === 'EBADF' && (syscall === 'write' || syscall === 'writev')
}

/** Characters that no name of Windows may have (Naming Files, Paths, and Namespaces). */
const forbidden = /[<>:"|?*]/
const longestName = 255

/**
 * Returns whether a file or folder could not be made because of ENOENT, although its folder exists.
 * Windows answers the same to a name that no file may have.
 */
function isHiddenRefusal(error: unknown): boolean {
  const { code, syscall, path } = error as NodeJS.ErrnoException
  if (code !== 'ENOENT' || path === undefined || (syscall !== 'open' && syscall !== 'mkdir')) return false
  const name = basename(path)
  return name.length <= longestName && !forbidden.test(name) && existsSync(dirname(path))
}
