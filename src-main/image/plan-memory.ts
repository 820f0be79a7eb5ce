import { availableParallelism, freemem } from 'node:os'
import { pieceSize } from './piece.ts'

const MiB = 1024 * 1024
/** A thread's decoder with its dictionary (64 MiB at most), and the thread itself. */
const memoryOfThread = 85 * MiB
/** Decoded bytes that may wait for each thread after the first: half a block of Fedora's, so that staggered threads never wait. */
const aheadOfThread = 96 * MiB
/** With less than this ahead another thread would wait more than it works. */
const leastAhead = 32 * MiB
/** Pieces that what uses them may hold, unless it says otherwise: a drive's queue. */
export const piecesHeld = 8
/** What goes round besides, whatever waits ahead: what is being filled, hashed and given out. */
const memoryUnderWay = 12 * MiB
/** Compressed bytes of one block that may wait for its thread: Fedora's blocks have about 45 MiB. */
export const compressedAhead = 64 * MiB
/** The same while no thread is free for the next block, so that nobody is in a hurry to reach it. */
export const compressedAheadAtLeisure = 8 * MiB

export interface DecodingPlan {
  threads: number
  /** Bytes of decoded pieces that may wait, for all threads together. */
  ahead: number
  /** Bytes of decoded pieces besides: those that are next. */
  underWay: number
}

/** What decoding may take when nobody says: a quarter of what is free, 1 GiB at most. */
export const defaultMemory = (free = freemem()): number => Math.min(free / 4, 1024 * MiB)

/**
 * As many threads as there are cores and as fit into the memory, and at least one, which always gets what it needs.
 * @param memory bytes for threads, dictionaries and buffers
 * @param held pieces that what uses them may hold
 */
export function planDecoding(
  memory = defaultMemory(),
  cores = availableParallelism(),
  held = piecesHeld,
): DecodingPlan {
  const forThreads = memory - memoryUnderWay - held * pieceSize - compressedAhead
  const threads = Math.floor((forThreads + leastAhead) / (memoryOfThread + leastAhead))
  return withThreads(Math.max(1, Math.min(cores, threads)), forThreads, held)
}

/** So many threads, whatever else fits. */
export function withThreads(threads: number, memory = Infinity, held = piecesHeld): DecodingPlan {
  const left = memory - threads * memoryOfThread
  return {
    threads,
    ahead: threads === 1 ? 0 : Math.min(left, (threads - 1) * aheadOfThread),
    underWay: memoryUnderWay + held * pieceSize,
  }
}
