import { allocateAligned } from './aligned-memory.ts'
import { pieceSize } from './piece.ts'

/**
 * A buffer pool. A slot is filled with a piece of the image, written to the drive, and filled
 * again.
 */
export interface Slots {
  /** The memory of all slots, contiguous and shared between threads. */
  readonly memory: Uint8Array<SharedArrayBuffer>
  /**
   * Waits for a free slot and returns its number.
   * @param rank – the priority: the lowest rank, which is needed first, gets the next free slot
   */
  take(rank: number): Promise<number>
  give(slot: number): void
  /** Returns the memory of a slot. */
  view(slot: number, length?: number): Uint8Array
}

/**
 * Creates a buffer pool.
 * @param count – number of slots
 * @param size – size of a slot, in bytes
 */
export function createSlots(count: number, { size = pieceSize } = {}): Slots {
  const memory = allocateAligned(count * size)
  // A stack: the slot returned last is taken first. Slots that were never used cost no physical
  // memory.
  const free = Array.from({ length: count }, (_, index) => count - 1 - index)
  const waiting: { rank: number; resolve: (slot: number) => void }[] = []

  function hand() {
    while (waiting.length > 0 && free.length > 0) waiting.shift()!.resolve(free.pop()!)
  }

  return {
    memory,
    take: (rank) =>
      new Promise((resolve) => {
        const at = waiting.findIndex((other) => other.rank > rank)
        waiting.splice(at === -1 ? waiting.length : at, 0, { rank, resolve })
        hand()
      }),
    give(slot) {
      free.push(slot)
      hand()
    },
    view: (slot, length = size) => memory.subarray(slot * size, slot * size + length),
  }
}
