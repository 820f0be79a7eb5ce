import { allocateAligned } from '../aligned-memory.ts'
import { pieceSize } from './piece.ts'

/** Memory that goes round: a slot is filled with a piece of the image, written to the drive, and filled again. */
export interface Slots {
  /** All slots one after another; threads see the same memory. */
  readonly memory: Uint8Array<SharedArrayBuffer>
  /**
   * Waits for a free slot and answers its number.
   * @param rank who is served first: what is needed soonest has the lowest number
   */
  take(rank: number): Promise<number>
  give(slot: number): void
  /** Ranks up to this one may take the last slots; the others leave a reserve, so that what is needed next never waits for what is not. */
  serve(rank: number): void
  /** The bytes of a slot. */
  view(slot: number, length?: number): Uint8Array
}

/**
 * @param count slots in all
 * @param size bytes of each
 * @param reserve of them are for the rank that is served
 */
export function createSlots(count: number, { size = pieceSize, reserve = 0 } = {}): Slots {
  const memory = allocateAligned(count * size)
  // The last one given back is taken first: what was never used stays unused memory.
  const free = Array.from({ length: count }, (_, index) => count - 1 - index)
  const waiting: { rank: number; resolve: (slot: number) => void }[] = []
  let served = 0

  function hand() {
    while (waiting.length > 0 && free.length > (waiting[0]!.rank <= served ? 0 : reserve))
      waiting.shift()!.resolve(free.pop()!)
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
    serve(rank) {
      served = rank
      hand()
    },
    view: (slot, length = size) => memory.subarray(slot * size, slot * size + length),
  }
}
