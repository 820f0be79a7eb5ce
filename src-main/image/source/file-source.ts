import type { FileHandle } from 'node:fs/promises'
import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { fileRefused } from '../../files/refused-by-system.ts'
import { openRegularFile } from '../../files/regular-file.ts'
import type { Source } from './source.ts'

const chunkSize = 1024 * 1024

/** Registers an action that runs when the job ends. */
export type AtEnd = (act: () => Promise<void>) => void

/**
 * Opens an image file on this computer.
 * @param keepOpen – for a file that another process may remove while it is used. The file stays
 *   open and readable until the job ends.
 * @throws source-unreadable, file-blocked-by-macos, image-empty
 */
export async function openFileSource(path: string, fromCache = false, keepOpen: AtEnd | null = null): Promise<Source> {
  const unreadable = (error: unknown) =>
    fileRefused(path, error, 'read') ??
    new KindlingError('source-unreadable', { source: path, reason: reasonOf(error) }, { cause: error })
  const openFile = () =>
    openRegularFile(path).catch((error: unknown) => {
      throw unreadable(error)
    })
  const file = await openFile()
  const lend = keepOpen === null ? openFile : async () => file
  const giveBack = async (lent: FileHandle) => (keepOpen === null ? lent.close() : undefined)
  keepOpen?.(() => file.close())
  try {
    const stat = await file.stat()
    if (stat.size === 0) throw new KindlingError('image-empty', { source: path })
    return {
      location: path,
      local: true,
      fromCache,
      size: stat.size,
      chunks: (signal) => readChunks(stat.size, signal),
      range: (offset, length) => readRange(offset, length),
    }
  } finally {
    await giveBack(file)
  }

  async function* readChunks(size: number, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const lent = await lend()
    try {
      const chunk = new Uint8Array(chunkSize)
      let position = 0
      for (;;) {
        signal.throwIfAborted()
        const { bytesRead } = await lent.read(chunk, 0, chunkSize, position).catch((error: unknown) => {
          throw unreadable(error)
        })
        position += bytesRead
        if (bytesRead > 0) yield chunk.subarray(0, bytesRead)
        if (position > size || (bytesRead === 0 && position < size))
          throw new KindlingError('source-changed', { source: path })
        if (bytesRead === 0) return
      }
    } finally {
      await giveBack(lent)
    }
  }

  async function readRange(offset: number, length: number): Promise<Uint8Array> {
    const lent = await lend()
    try {
      const bytes = new Uint8Array(length)
      let filled = 0
      while (filled < length) {
        const { bytesRead } = await lent
          .read(bytes, filled, length - filled, offset + filled)
          .catch((error: unknown) => {
            throw unreadable(error)
          })
        if (bytesRead === 0) throw new KindlingError('source-changed', { source: path })
        filled += bytesRead
      }
      return bytes
    } finally {
      await giveBack(lent)
    }
  }
}
