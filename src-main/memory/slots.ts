import { allocateAligned } from './aligned-memory.ts'
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
  /** Ranks up to this one may take all slots; those ahead of it only so many, so that what is needed next never waits for what is not. */
  serve(rank: number): void
  /** The bytes of a slot. */
  view(slot: number, length?: number): Uint8Array
}

/**
 * @param count slots in all
 * @param size bytes of each
 * @param ahead slots that ranks ahead of the one that is served may have together
 */
export function createSlots(count: number, { size = pieceSize, ahead = Infinity } = {}): Slots {
  const memory = allocateAligned(count * size)
  // The last one given back is taken first: what was never used stays unused memory.
  const free = Array.from({ length: count }, (_, index) => count - 1 - index)
  const waiting: { rank: number; resolve: (slot: number) => void }[] = []
  /** The rank that each slot was given to, while it is taken. */
  const ranks: (number | null)[] = free.map(() => null)
  let served = 0
  let takenAhead = 0

  function hand() {
    while (waiting.length > 0 && free.length > 0 && (waiting[0]!.rank <= served || takenAhead < ahead)) {
      const { rank, resolve } = waiting.shift()!
      const slot = free.pop()!
      ranks[slot] = rank
      if (rank > served) takenAhead++
      resolve(slot)
    }
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
      if (ranks[slot]! > served) takenAhead--
      ranks[slot] = null
      free.push(slot)
      hand()
    },
    serve(rank) {
      served = rank
      takenAhead = ranks.filter((taken) => taken !== null && taken > served).length
      hand()
    },
    view: (slot, length = size) => memory.subarray(slot * size, slot * size + length),
  }
}
