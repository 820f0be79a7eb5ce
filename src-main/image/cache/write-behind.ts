import type { FileHandle } from 'node:fs/promises'
import { writeAll } from '../../files/write-all.ts'
import { copyToShared } from '../../memory/copy-to-shared.ts'
import { hashSlotSize, type HashThread } from './hash-thread.ts'
import { pieceAlignment } from '../../memory/piece.ts'

/**
 * Batch sizes, in bytes. The first batches are short, so that a checkpoint can cover them soon.
 * After `manyBytes` of the file, batches are long.
 */
const [shortBatch, longBatch, manyBytes] = [1024 * 1024, hashSlotSize, 16 * 1024 * 1024]

/** Writes and hashes bytes in order, some MiB at a time, while the next bytes are gathered. */
export interface WriteBehind {
  /** Length of the file in bytes, including bytes that are still queued. */
  readonly position: number
  /**
   * Number of bytes that were given to the disk and the hash. Their digest can be requested now.
   */
  readonly given: number
  /**
   * Accepts all of the bytes, even if it throws.
   * @throws the error of the disk, once
   */
  push(bytes: Uint8Array): Promise<void>
  /** Gives the last bytes to the disk and the hash. Nothing may be pushed afterwards. */
  end(): void
  /**
   * Waits until all bytes given so far are written and hashed.
   * @throws the error of the disk
   */
  settle(): Promise<void>
  /** Stops writing: from now on, bytes are only hashed. */
  giveUp(): void
}

/**
 * Creates the writer of a file.
 * @param direct – the same file, opened to bypass the page cache (O_DIRECT), if the system supports
 *   that. Stored bytes are not read again soon, and the cache's memory costs more time than the
 *   disk.
 * @param start – number of bytes that the file and the hash already have
 */
export function createWriteBehind(
  hash: HashThread,
  file: FileHandle,
  direct: FileHandle | null,
  start: number,
): WriteBehind {
  const { slots } = hash
  const underWay = new Set<Promise<void>>()
  let given = start
  let slot: number | null = null
  let filled = 0
  let failure: { error: unknown; told: boolean } | null = null

  /**
   * Returns the remaining space of the batch, in bytes. Batches end at whole MiB of the file,
   * wherever they began.
   */
  function room(): number {
    const batch = given < manyBytes ? shortBatch : longBatch
    return batch - (given % batch) - filled
  }

  function give(): void {
    if (slot === null) return
    const batch = slot
    const bytes = slots.view(batch, filled)
    const work = Promise.allSettled([store(bytes, given), hash.update(batch, filled)]).then(([stored]) => {
      // If the hash failed, the request for its digest throws the error.
      if (stored.status === 'rejected') failure ??= { error: stored.reason, told: false }
      underWay.delete(work)
      slots.give(batch)
    })
    underWay.add(work)
    given += filled
    slot = null
    filled = 0
  }

  async function store(bytes: Uint8Array, offset: number): Promise<void> {
    if (failure !== null) return
    const aligned = offset % pieceAlignment === 0 && bytes.length % pieceAlignment === 0
    const pastCache = aligned ? direct : null
    if (pastCache !== null)
      try {
        return await writeAll(pastCache, bytes, offset)
      } catch (error) {
        // Some systems open a file with O_DIRECT, but do not write to it.
        if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
        direct = null
      }
    await writeAll(file, bytes, offset)
  }

  return {
    get position() {
      return given + filled
    },
    get given() {
      return given
    },
    async push(bytes) {
      for (let at = 0; at < bytes.length;) {
        slot ??= await slots.take(0)
        const part = bytes.subarray(at, at + room())
        copyToShared(part, slots.view(slot), filled)
        at += part.length
        filled += part.length
        if (room() === 0) give()
      }
      if (failure === null || failure.told) return
      failure.told = true
      throw failure.error
    },
    end: give,
    async settle() {
      await Promise.all(underWay)
      if (failure !== null) throw failure.error
    },
    giveUp() {
      failure ??= { error: new Error('it was given up'), told: true }
    },
  }
}
