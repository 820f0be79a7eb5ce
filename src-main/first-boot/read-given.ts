import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { fileRefused } from '../files/refused-by-system.ts'
import { readSmallFile } from '../files/regular-file.ts'

/** Maximum size of a keyfile in bytes. */
export const mostKeyfile = 64 * 1024

/**
 * Reads a file that was given for the first boot.
 * @throws first-boot-file-unreadable, file-blocked-by-macos
 */
export const readGiven = (path: string, most: number): Promise<Buffer> =>
  readSmallFile(path, most).catch((error: unknown) => {
    throw fileUnreadable(path, error)
  })

export const fileUnreadable = (file: string, error: unknown) =>
  fileRefused(file, error, 'read') ??
  new KindlingError('first-boot-file-unreadable', { file, reason: reasonOf(error) }, { cause: error })
