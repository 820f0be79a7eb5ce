import type { FileHandle } from 'node:fs/promises'
import { say } from '../../src-shared/phrases.ts'

/** Bytes of a slot: what one order moves, at most. Every drive's alignment divides it. */
export const slotSize = 4 * 1024 * 1024
/** As many as any job has under way. */
export const slotCount = 8

/**
 * Bytes go between engine and helper through a file that both have open, in slots: no stream cuts them into small pieces, and
 * no program waits for the other while it takes them.
 */
export interface SharedSlots {
  /** Waits for a free slot, and frees it again when `use` has ended. */
  lend<T>(use: (slot: number) => Promise<T>): Promise<T>
  /** Writes parts into a slot, one after the other. @throws what the file system throws */
  fill(slot: number, parts: readonly Uint8Array[]): Promise<void>
  /** Reads a slot from its start into all of `bytes`. @throws what the file system throws */
  take(slot: number, bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** @param file of both, for nobody else */
export function createSharedSlots(file: FileHandle): SharedSlots {
  const free = Array.from({ length: slotCount }, (_, slot) => slot)
  let waiting: (() => void)[] = []

  return {
    async lend(use) {
      while (free.length === 0) await new Promise<void>((resolve) => waiting.push(resolve))
      const slot = free.pop()!
      try {
        return await use(slot)
      } finally {
        free.push(slot)
        waiting.shift()?.()
      }
    },
    async fill(slot, parts) {
      const length = parts.reduce((sum, part) => sum + part.length, 0)
      const { bytesWritten } = await file.writev(parts, slot * slotSize)
      if (bytesWritten !== length) throw new Error(say('no-room-to-drive'))
    },
    async take(slot, bytes) {
      const { bytesRead } = await file.read(bytes, 0, bytes.length, slot * slotSize)
      if (bytesRead !== bytes.length) throw new Error(say('bytes-missing'))
    },
    async close() {
      await file.close()
    },
  }
}
