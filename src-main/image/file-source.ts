import { open } from 'node:fs/promises'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import type { Source } from './source.ts'

const chunkSize = 1024 * 1024

/**
 * An image file of this computer.
 * @throws source-unreadable, image-empty
 */
export async function openFileSource(path: string, fromCache = false): Promise<Source> {
  const unreadable = (error: unknown) =>
    new KindlingError('source-unreadable', { source: path, reason: reasonOf(error) }, { cause: error })
  const file = await open(path).catch((error: unknown) => {
    throw unreadable(error)
  })
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw unreadable(new Error('it is not a file'))
    if (stat.size === 0) throw new KindlingError('image-empty', { source: path })
    return {
      location: path,
      local: true,
      fromCache,
      size: stat.size,
      chunks: (signal) => readChunks(path, stat.size, signal),
      range: (offset, length) => readRange(path, offset, length),
    }
  } finally {
    await file.close()
  }
}

async function* readChunks(path: string, size: number, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const file = await open(path).catch((error: unknown) => {
    throw new KindlingError('source-unreadable', { source: path, reason: reasonOf(error) }, { cause: error })
  })
  try {
    let position = 0
    for (;;) {
      signal.throwIfAborted()
      // A new buffer each time: whoever takes a chunk may keep it, or give it to another thread.
      const chunk = new Uint8Array(chunkSize)
      const { bytesRead } = await file.read(chunk, 0, chunkSize, position).catch((error: unknown) => {
        throw new KindlingError('source-unreadable', { source: path, reason: reasonOf(error) }, { cause: error })
      })
      position += bytesRead
      if (bytesRead > 0) yield chunk.subarray(0, bytesRead)
      if (position > size || (bytesRead === 0 && position < size))
        throw new KindlingError('source-changed', { source: path })
      if (bytesRead === 0) return
    }
  } finally {
    await file.close()
  }
}

async function readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const bytes = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled)
      if (bytesRead === 0) throw new KindlingError('source-changed', { source: path })
      filled += bytesRead
    }
    return bytes
  } finally {
    await file.close()
  }
}
