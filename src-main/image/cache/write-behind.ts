import type { FileHandle } from 'node:fs/promises'
import { copyToShared } from '../../memory/copy-to-shared.ts'
import { slotSize, type HashThread } from './hash-thread.ts'
import { pieceAlignment } from '../../memory/piece.ts'

/** Bytes of the first batches, which are noted soon, and of a file that has more of these, its later ones. */
const [shortBatch, longBatch, manyBytes] = [1024 * 1024, slotSize, 16 * 1024 * 1024]

/** Stores and hashes bytes one after another while the next are gathered, some MiB at a time. */
export interface WriteBehind {
  /** Bytes of the file, those that still wait counted. */
  readonly position: number
  /** Bytes of the file that were given to disk and hash, all of whose digest can be asked now. */
  readonly given: number
  /** Takes all of the bytes, whatever it throws. @throws what the disk failed with, once */
  push(bytes: Uint8Array): Promise<void>
  /** Gives the last bytes to disk and hash. Nothing may be pushed any more. */
  end(): void
  /** Waits for all that was given until now. @throws what the disk failed with */
  settle(): Promise<void>
  /** Stores nothing any more: from now on bytes are only hashed. */
  giveUp(): void
}

/**
 * @param direct the same file past the cache, if the system has that: what is stored once is not read soon, and the cache's
 *   memory costs more time than the disk
 * @param start bytes that the file and the hash have already
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

  /** Batches end at whole MiB of the file, whatever they began with. */
  function room(): number {
    const batch = given < manyBytes ? shortBatch : longBatch
    return batch - (given % batch) - filled
  }

  function give(): void {
    if (slot === null) return
    const batch = slot
    const bytes = slots.view(batch, filled)
    const work = Promise.allSettled([store(bytes, given), hash.update(batch, filled)]).then(([stored]) => {
      // A hash that failed fails whoever asks for it.
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
        // Some systems open a file past their cache, and do not write it.
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

async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let written = 0; written < bytes.length;)
    written += (await file.write(bytes, written, bytes.length - written, offset + written)).bytesWritten
}
