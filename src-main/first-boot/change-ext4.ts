import type { Files } from 'ext2fs'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import type { OverlayDisk } from './overlay-disk.ts'

/** Maximum size of one write, in bytes. The memory of `ext2fs` has 16 MiB and does not grow. */
const mostAtOnce = 64 * 1024

/**
 * Errors of libext2fs for a full file system (`lib/ext2fs/ext2_err.et` of e2fsprogs): no free
 * block, no free inode.
 */
const fullErrors: unknown[] = [2133571400, 2133571401]

/** Ends with the previous change. `ext2fs` has one memory for all file systems, and no locks. */
let previous: Promise<unknown> = Promise.resolve()

/**
 * Changes the files of an ext4 file system by libext2fs, in memory.
 * @throws the errors of the disk, first-boot-no-room, first-boot-unsupported
 */
export function changeExt4(disk: OverlayDisk, change: (files: Files) => Promise<void>): Promise<void> {
  const changed = previous.then(async () => {
    const ext2fs = await loadExt2fs()
    try {
      await ext2fs.withMountedDisk(disk, 0, ({ promises }) => change(promises))
      if (disk.failure !== null) throw disk.failure
    } catch (error) {
      if (disk.failure !== null) throw disk.failure
      if (fullErrors.includes((error as { errno?: unknown }).errno)) throw new KindlingError('first-boot-no-room')
      throw new KindlingError('first-boot-unsupported', { reason: say('boot-unchanged', { reason: reasonOf(error) }) })
    }
  })
  previous = changed.catch(() => undefined)
  return changed
}

/**
 * Writes a whole file.
 * @param flags – `w` to overwrite an existing file, `wx` to make a new one
 * @throws the errors of `ext2fs`
 */
export async function writeFile(files: Files, path: string, bytes: Buffer, flags: 'w' | 'wx'): Promise<void> {
  const { fd } = await files.open(path, flags)
  try {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + mostAtOnce)
      const { bytesWritten } = await files.write(fd, part, 0, part.length, at)
      if (bytesWritten <= 0) throw new Error(`wrote ${bytesWritten} of ${part.length} bytes`)
      at += bytesWritten
    }
  } finally {
    await files.close(fd)
  }
}

/**
 * Loads `ext2fs` when it is first needed. The Emscripten runtime in it makes every unhandled
 * rejection end the process; its listeners are removed.
 */
async function loadExt2fs() {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = events.map((event) => process.listeners(event as 'uncaughtException'))
  const { default: ext2fs } = await import('ext2fs')
  events.forEach((event, index) => {
    for (const listener of process.listeners(event as 'uncaughtException'))
      if (!before[index]!.includes(listener)) process.removeListener(event, listener)
  })
  return ext2fs
}
