import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { link, lstat, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PhraseError, say } from '../../src-shared/phrases.ts'

/**
 * Opens a regular file for reading. Other kinds are refused: a pipe may block until its other end
 * is opened, and a device may be endless.
 * @throws the error of the system, or an error if the path is not a regular file
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  // Windows has no O_NONBLOCK, and no pipes in its file systems.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    if ((await file.stat()).isFile()) return file
  } catch (error) {
    await file.close()
    throw error
  }
  await file.close()
  throw new PhraseError(say('no-file'))
}

/** A file exceeds its maximum size. */
export class TooLargeError extends PhraseError {}

/**
 * Reads a whole file of at most `maxBytes`.
 * @throws as `openRegularFile`, TooLargeError
 */
export async function readSmallFile(path: string, maxBytes: number): Promise<Buffer> {
  const file = await openRegularFile(path)
  try {
    const { size } = await file.stat()
    // Some files report a size of 0, for example in /proc.
    const bytes = Buffer.alloc(Math.min(Math.max(size, 4096), maxBytes) + 1)
    let filled = 0
    for (;;) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled)
      filled += bytesRead
      if (bytesRead === 0) return bytes.subarray(0, filled)
      if (filled === bytes.length) throw new TooLargeError(say('file-too-long', { most: filled - 1 }))
    }
  } finally {
    await file.close()
  }
}

export interface PlaceOptions {
  /**
   * True: an existing file is replaced, but never followed or written into. False: EEXIST is thrown
   * if the name is taken.
   */
  replace: boolean
}

/**
 * Renames a complete file to its final name, atomically. After a power loss, that name has either
 * the whole file or its previous content. For this, the file is flushed before the rename and its
 * folder afterwards (fsync(2): flushing a file does not flush the folder's entry). Every rename
 * that promises a whole file uses this function.
 * @param file – the open file of `from`; it is closed, because Windows cannot rename an open file
 * @throws the system's error; `from` may then still exist
 */
export async function putInPlace(
  file: FileHandle,
  from: string,
  to: string,
  { replace }: PlaceOptions = { replace: true },
): Promise<void> {
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  if (replace) await renameOver(from, to)
  else await renameToNew(from, to)
  await syncFolder(dirname(to))
}

/**
 * Pauses between tries to rename a file, in milliseconds: 1 s together. A reader of Kindling's
 * small files needs a few milliseconds, a program that scans new files somewhat longer.
 */
const pauses = [10, 20, 40, 80, 150, 300, 400]

/**
 * Renames a file over another one. Windows refuses that with EPERM, EACCES or EBUSY while another
 * program has one of the two files open, so it is retried there. POSIX knows no such refusal.
 */
export async function renameOver(from: string, to: string, platform = process.platform, act = rename): Promise<void> {
  for (const pause of platform === 'win32' ? pauses : [])
    try {
      return await act(from, to)
    } catch (error) {
      if (!['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
      await delay(pause)
    }
  await act(from, to)
}

/**
 * Renames a file, but not over an existing one. rename(2) replaces a file; link(2) does not. On
 * file systems without hard links (FAT), the name is only checked before the rename.
 */
async function renameToNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    if ((await lstat(to).catch(() => null)) !== null)
      throw Object.assign(new PhraseError(say('name-taken'), { cause: error }), { code: 'EEXIST' })
    return rename(from, to)
  }
  await rm(from)
}

/**
 * Error codes of systems and file systems that cannot flush a folder. Windows cannot open a folder;
 * some file systems refuse the flush.
 */
const noFolderSync = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'ENOSYS', 'EBADF'])

async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, constants.O_RDONLY)
    await folder.sync().finally(() => folder.close())
  } catch (error) {
    if (!noFolderSync.has((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/**
 * Writes a small file atomically, as `putInPlace` does.
 * @throws the system's error; with `replace: false` EEXIST if the name is taken
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  mode = 0o666,
  options?: PlaceOptions,
): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(unfinished, 'wx', mode)
    try {
      await file.writeFile(content)
    } catch (error) {
      await file.close()
      throw error
    }
    await putInPlace(file, unfinished, path, options)
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    throw error
  }
}

/**
 * Writes a small file atomically, without replacing another one. An existing file with the same
 * content counts as success.
 * @throws the system's error; EEXIST for an existing file with other content
 */
export async function writeNewFile(path: string, content: Uint8Array, mode?: number): Promise<void> {
  try {
    await replaceFile(path, content, mode, { replace: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !(await holdsSame(path, content))) throw error
  }
}

/** Returns whether a path is a regular file with exactly this content. */
export async function holdsSame(path: string, content: Uint8Array): Promise<boolean> {
  const there = await readSmallFile(path, content.length).catch(() => null)
  return there !== null && there.equals(content)
}
