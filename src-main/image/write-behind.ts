import type { FileHandle } from 'node:fs/promises'

/** Bytes of a write. */
const batchSize = 1024 * 1024

/** Writes bytes one after another while the next are gathered, a MiB at a time. */
export interface WriteBehind {
  /** Bytes of the file, those that still wait counted. */
  readonly position: number
  /** Copies the bytes, so that others may go on with them. @throws what an earlier write failed with */
  push(bytes: Uint8Array): Promise<void>
  /** Waits for all that was pushed. */
  flush(): Promise<void>
}

/** @param start where in the file the first byte goes */
export function createWriteBehind(file: FileHandle, start: number): WriteBehind {
  let position = start
  let [gathering, spare] = [Buffer.allocUnsafe(batchSize), Buffer.allocUnsafe(batchSize)]
  let filled = 0
  let writing = Promise.resolve()

  async function turn(): Promise<void> {
    // Who flushes may come while others push: only one of them goes on at a time.
    for (let over: Promise<void> | null = null; over !== writing;) {
      over = writing
      await over
    }
    if (filled === 0) return
    const batch = gathering.subarray(0, filled)
    writing = writeAll(file, batch, position - filled)
    // Who waits for it next is told; until then it must not count as unhandled.
    writing.catch(() => undefined)
    ;[gathering, spare] = [spare, gathering]
    filled = 0
  }

  return {
    get position() {
      return position
    },
    async push(bytes) {
      for (let at = 0; at < bytes.length;) {
        const part = bytes.subarray(at, at + batchSize - filled)
        gathering.set(part, filled)
        at += part.length
        filled += part.length
        position += part.length
        if (filled === batchSize) await turn()
      }
    },
    async flush() {
      if (filled > 0) await turn()
      await writing
    },
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let written = 0; written < bytes.length;)
    written += (await file.write(bytes, written, bytes.length - written, offset + written)).bytesWritten
}
