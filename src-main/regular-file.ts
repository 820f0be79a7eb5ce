import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { say } from '../src-shared/phrases.ts'

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

/** Writes a small file in one step. What stood under its name is replaced, never followed or written into. */
export async function replaceFile(path: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(unfinished, content, { flag: 'wx', mode })
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    throw error
  }
}
