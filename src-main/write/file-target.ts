import { stat, type FileHandle } from 'node:fs/promises'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { isGone } from './device-error.ts'
import type { Target } from './target.ts'

export interface OpenedFile {
  handle: FileHandle
  /** The path it was opened by: a device, or a disk-image file. */
  device: string
  /** Bytes. */
  size: number
  sectorSize: number
  alignment: number
  pastCache: boolean
  rereadPartitionTable(): Promise<string | null>
}

/** A target behind a file handle. It never grows: what does not fit is refused, since a disk-image file would take it. */
export function createFileTarget(opened: OpenedFile): Target {
  const { handle, device, size, sectorSize, alignment, pastCache } = opened

  async function move(direction: 'write' | 'read', bytes: Uint8Array, offset: number): Promise<void> {
    const fail = (at: number, reason: string, cause?: unknown) =>
      new KindlingError(`drive-${direction}-failed`, { drive: device, offset: at, reason }, { cause })
    if (offset + bytes.byteLength > size) throw fail(size, 'the drive ends here')
    for (let done = 0; done < bytes.byteLength;) {
      const at = offset + done
      const left = bytes.byteLength - done
      const moved = await (
        direction === 'write'
          ? handle.write(bytes, done, left, at).then((answer) => answer.bytesWritten)
          : handle.read(bytes, done, left, at).then((answer) => answer.bytesRead)
      ).catch(async (error: unknown) => {
        throw (await disappeared(error)) ?? fail(at, reasonOf(error), error)
      })
      if (moved === 0) throw fail(at, 'the drive ended too early')
      done += moved
    }
  }

  /** A stick that is pulled out answers EIO before its node goes. */
  async function disappeared(error: unknown): Promise<KindlingError | null> {
    const gone = isGone(error) || (await stat(device).catch(() => null)) === null
    return gone ? new KindlingError('drive-gone', { drive: device }, { cause: error }) : null
  }

  return {
    size,
    sectorSize,
    alignment,
    pastCache,
    write: (bytes, offset) => move('write', bytes, offset),
    read: (bytes, offset) => move('read', bytes, offset),
    async flush() {
      try {
        await handle.sync()
      } catch (error) {
        const reason = reasonOf(error)
        throw (
          (await disappeared(error)) ??
          new KindlingError('drive-flush-failed', { drive: device, reason }, { cause: error })
        )
      }
    },
    rereadPartitionTable: opened.rereadPartitionTable,
    close: () => handle.close(),
  }
}
