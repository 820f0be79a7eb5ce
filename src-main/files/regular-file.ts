import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { link, lstat, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { say } from '../../src-shared/phrases.ts'

/**
 * Opens a file for reading, and nothing else: a pipe whose other end never comes would be waited for, a device may have
 * no end.
 * @throws what the system says, or that it is not a file
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  // Windows has no O_NONBLOCK, and no pipes among its files.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    if ((await file.stat()).isFile()) return file
  } catch (error) {
    await file.close()
    throw error
  }
  await file.close()
  throw new Error(say('no-file'))
}

/** A file that must be small is not. */
export class TooLargeError extends Error {}

/** A whole file that must be small. @throws as `openRegularFile`, TooLargeError */
export async function readSmallFile(path: string, maxBytes: number): Promise<Buffer> {
  const file = await openRegularFile(path)
  try {
    const { size } = await file.stat()
    // Some files, of /proc for example, say that they have no bytes.
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
   * A file that has the name already is replaced, never followed or written into; else EEXIST is
   * thrown.
   */
  replace: boolean
}

/**
 * Gives a file that is complete its final name, so that a power loss leaves under that name the
 * whole file or what was there before: the file is flushed before it is renamed, and its folder
 * afterwards (fsync(2): flushing a file does not flush the folder's entry). Every rename that
 * promises a whole file goes through here.
 * @param file – of `from`; it is closed, since Windows renames no open file
 * @throws the system's error; `from` may then still be there
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
  if (replace) await rename(from, to)
  else await renameToNew(from, to)
  await syncFolder(dirname(to))
}

/**
 * rename(2) replaces, link(2) does not. File systems without hard links (FAT) have only a look
 * before the rename.
 */
async function renameToNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    if ((await lstat(to).catch(() => null)) !== null)
      throw Object.assign(new Error(say('name-taken'), { cause: error }), { code: 'EEXIST' })
    return rename(from, to)
  }
  await rm(from)
}

/**
 * Systems and file systems on which a folder cannot be flushed: Windows opens none, others refuse
 * the flush.
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
 * Writes a small file in one step, as `putInPlace` does.
 * @throws the system's error; with `replace: false` EEXIST where the name is taken
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
 * Writes a small file in one step where no other file has its name. A file with the same content
 * counts as written.
 * @throws the system's error; EEXIST for a file with other content
 */
export async function writeNewFile(path: string, content: Uint8Array, mode?: number): Promise<void> {
  try {
    await replaceFile(path, content, mode, { replace: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !(await holdsSame(path, content))) throw error
  }
}

/** Whether a regular file has exactly this content. */
export async function holdsSame(path: string, content: Uint8Array): Promise<boolean> {
  const there = await readSmallFile(path, content.length).catch(() => null)
  return there !== null && there.equals(content)
}
