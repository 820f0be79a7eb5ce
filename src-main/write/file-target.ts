import { stat, type FileHandle } from 'node:fs/promises'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { driveRefused, fileRefused } from '../files/refused-by-system.ts'
import { isGone, isWriteProtected } from './device-error.ts'
import type { Target } from './target.ts'
import type { Said } from '../../src-shared/phrases.ts'

export interface OpenedFile {
  handle: FileHandle
  /** Path that was opened: a device or a disk-image file. */
  device: string
  isFile: boolean
  /** Size in bytes. */
  size: number
  sectorSize: number
  alignment: number
  pastCache: boolean
  rereadPartitionTable(): Promise<Said | null>
  /**
   * @param close – closes the handle, for systems that power off a drive only if no process has it
   * open
   */
  eject(close: () => Promise<void>): Promise<Said | null>
}

/**
 * Maximum number of unflushed bytes in the system's cache, where writes do not bypass it. This
 * keeps the reported progress close to the drive's, and the last flush short.
 */
const mostCached = 64 * 1024 * 1024

/**
 * Creates a target for a file handle. The target never grows: a write past its end is refused,
 * because a disk-image file would accept it.
 */
export function createFileTarget(opened: OpenedFile): Target {
  const { handle, device, size, sectorSize, alignment, pastCache } = opened

  const failed = (direction: 'write' | 'read', at: number, reason: Said, cause?: unknown) =>
    new KindlingError(`drive-${direction}-failed`, { drive: device, offset: at, reason }, { cause })

  /**
   * Reads or writes all bytes, even if the system transfers only a few at a time.
   * @param move – returns the number of bytes transferred
   */
  async function moveAll(
    direction: 'write' | 'read',
    parts: readonly Uint8Array[],
    offset: number,
    move: (parts: readonly Uint8Array[], at: number) => Promise<number>,
  ): Promise<void> {
    const end = parts.reduce((sum, part) => sum + part.byteLength, offset)
    if (end > size) throw failed(direction, size, 'the drive ends here')
    for (let at = offset; at < end;) {
      const moved = await move(parts, at).catch(async (error: unknown) => {
        if (direction === 'write') requireWritable(opened, error)
        throw (await disappeared(opened, error)) ?? failed(direction, at, reasonOf(error), error)
      })
      if (moved === 0) throw failed(direction, at, 'the drive ended too early')
      at += moved
      if (at < end) parts = dropBytes(parts, moved)
    }
  }

  let cached = 0
  async function flush() {
    cached = 0
    try {
      await handle.sync()
    } catch (error) {
      const reason = reasonOf(error)
      throw (
        (await disappeared(opened, error)) ??
        new KindlingError('drive-flush-failed', { drive: device, reason }, { cause: error })
      )
    }
  }

  return {
    size,
    sectorSize,
    alignment,
    pastCache,
    async write(bytes, offset) {
      await moveAll('write', bytes instanceof Uint8Array ? [bytes] : bytes, offset, async (parts, at) => {
        const { bytesWritten } =
          parts.length === 1
            ? await handle.write(parts[0]!, 0, parts[0]!.byteLength, at)
            : await handle.writev(parts, at)
        cached += pastCache ? 0 : bytesWritten
        return bytesWritten
      })
      if (cached >= mostCached) await flush()
    },
    read: (bytes, offset) =>
      moveAll('read', [bytes], offset, async ([part], at) => {
        return (await handle.read(part!, 0, part!.byteLength, at)).bytesRead
      }),
    flush,
    rereadPartitionTable: opened.rereadPartitionTable,
    eject: () => opened.eject(() => handle.close()),
    close: () => handle.close(),
  }
}

/**
 * Throws for write errors that a retry cannot fix.
 * @throws drive-became-read-only, drive-file-system-full, or the refusal of the system
 */
function requireWritable({ device, isFile }: OpenedFile, error: unknown): void {
  const refused = isFile ? fileRefused(device, error, 'write') : driveRefused(device, error)
  if (refused !== null) throw refused
  const isFull = (error as NodeJS.ErrnoException).code === 'ENOSPC'
  if (!isFull && !isWriteProtected(error)) return
  const code = isFull ? 'drive-file-system-full' : 'drive-became-read-only'
  throw new KindlingError(code, { drive: device }, { cause: error })
}

/**
 * Returns drive-gone if the drive was removed, else null. A USB stick that is pulled out answers
 * EIO before its device node disappears, so the node is checked, too.
 */
async function disappeared({ device }: OpenedFile, error: unknown): Promise<KindlingError | null> {
  const gone = isGone(error) || (await stat(device).catch(() => null)) === null
  return gone ? new KindlingError('drive-gone', { drive: device }, { cause: error }) : null
}

function dropBytes(parts: readonly Uint8Array[], count: number): Uint8Array[] {
  return parts.flatMap((part) => {
    const rest = part.subarray(Math.min(count, part.byteLength))
    count -= part.byteLength - rest.byteLength
    return rest.byteLength > 0 ? [rest] : []
  })
}
