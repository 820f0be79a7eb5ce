import { availableParallelism, freemem } from 'node:os'
import { pieceSize } from '../../memory/piece.ts'

const MiB = 1024 * 1024
/** A thread's decoder with its dictionary (64 MiB at most), and the thread itself. */
const memoryOfThread = 85 * MiB
/** Decoded bytes that may wait for each thread after the first: half a block of Fedora's, so that staggered threads never wait. */
const aheadOfThread = 96 * MiB
/**
 * The largest window that a .zst may have, bytes: `zstd -d` refuses larger ones, too, unless it is
 * told otherwise.
 */
export const largestWindow = 128 * MiB
/**
 * Windows up to this size, in bytes, are decoded with any memory setting: every decoder should (RFC
 * 8878, 3.1.1.1.2).
 */
const leastWindow = 8 * MiB
/**
 * A thread that decodes a .zst. Its window counts twice: fzstd makes new memory for every block,
 * and V8 collects the old only when that has grown as large as the window (measured: 300 MiB with a
 * window of 128 MiB, 60 MiB with one of 8 MiB).
 */
const memoryOfZstThread = 40 * MiB
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
  /** Bytes: the largest window that a .zst may have. */
  window: number
}

/** Default memory of the decoder, in bytes: a quarter of the free memory, at most 1 GiB. */
export const defaultMemory = (free = freemem()): number => Math.min(free / 4, 1024 * MiB)

/**
 * As many threads as there are cores and as fit into the memory, and at least one, which always
 * gets what it needs. Memory that a person set bounds the window of a .zst, too: a larger window is
 * refused, since it cannot be decoded in less.
 * @param given – bytes for threads, dictionaries, windows and buffers
 * @param held – pieces that the consumer may hold
 */
export function planDecoding(given?: number, cores = availableParallelism(), held = piecesHeld): DecodingPlan {
  const memory = given ?? defaultMemory()
  const forThreads = memory - memoryUnderWay - held * pieceSize - compressedAhead
  const threads = Math.floor((forThreads + leastAhead) / (memoryOfThread + leastAhead))
  const forWindow = (memory - memoryUnderWay - held * pieceSize - compressedAheadAtLeisure - memoryOfZstThread) / 2
  return {
    ...withThreads(Math.max(1, Math.min(cores, threads)), forThreads, held),
    ...(given !== undefined && { window: Math.max(leastWindow, Math.min(largestWindow, forWindow)) }),
  }
}

/** So many threads, whatever else fits. */
export function withThreads(threads: number, memory = Infinity, held = piecesHeld): DecodingPlan {
  const left = memory - threads * memoryOfThread
  return {
    threads,
    ahead: threads === 1 ? 0 : Math.min(left, (threads - 1) * aheadOfThread),
    underWay: memoryUnderWay + held * pieceSize,
    window: largestWindow,
  }
}
