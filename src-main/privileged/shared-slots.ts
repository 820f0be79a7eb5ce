import type { FileHandle } from 'node:fs/promises'
import { PhraseError, say } from '../../src-shared/phrases.ts'
import { createCondition } from '../memory/condition.ts'

/**
 * Size of a slot in bytes, and maximum size of one order. It is a multiple of the alignment of
 * every drive.
 */
export const slotSize = 4 * 1024 * 1024
/** Number of slots. No job has more orders in flight. */
export const slotCount = 8

/**
 * Buffers in a file that both engine and helper have open. Unlike a stream, the file does not split
 * the bytes into small pieces, and neither program waits while the other reads them.
 */
export interface SharedSlots {
  /** Waits for a free slot, and releases it when `use` has ended. */
  lend<T>(use: (slot: number) => Promise<T>): Promise<T>
  /**
   * Writes parts into a slot, one after the other.
   * @throws any error of the file system
   */
  fill(slot: number, parts: readonly Uint8Array[]): Promise<void>
  /**
   * Fills `bytes` from the start of a slot.
   * @throws any error of the file system
   */
  take(slot: number, bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/**
 * Creates the slots.
 * @param file – open in engine and helper, and private to them
 */
export function createSharedSlots(file: FileHandle): SharedSlots {
  const free = Array.from({ length: slotCount }, (_, slot) => slot)
  const freed = createCondition()

  return {
    async lend(use) {
      while (free.length === 0) await freed.wait()
      const slot = free.pop()!
      try {
        return await use(slot)
      } finally {
        free.push(slot)
        freed.notify()
      }
    },
    async fill(slot, parts) {
      const length = parts.reduce((sum, part) => sum + part.length, 0)
      const { bytesWritten } = await file.writev(parts, slot * slotSize)
      if (bytesWritten !== length) throw new PhraseError(say('no-room-to-drive'))
    },
    async take(slot, bytes) {
      const { bytesRead } = await file.read(bytes, 0, bytes.length, slot * slotSize)
      if (bytesRead !== bytes.length) throw new PhraseError(say('bytes-missing'))
    },
    async close() {
      await file.close()
    },
  }
}
