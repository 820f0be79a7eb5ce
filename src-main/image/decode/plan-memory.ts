import { availableParallelism, freemem } from 'node:os'
import { pieceSize } from '../../memory/piece.ts'

const MiB = 1024 * 1024
/**
 * Memory of a thread, in bytes: the decoder with its dictionary (64 MiB at most), and the thread
 * itself.
 */
const memoryOfThread = 85 * MiB
/**
 * Decoded bytes that may be queued for each thread after the first. They are half a block of
 * Fedora's, so that staggered threads never wait.
 */
const aheadOfThread = 96 * MiB
/** Largest window that a .zst may have, in bytes. By default, `zstd -d` refuses larger ones too. */
export const largestWindow = 128 * MiB
/**
 * Windows up to this size, in bytes, are decoded with any memory setting: every decoder should
 * support them (RFC 8878, 3.1.1.1.2).
 */
const leastWindow = 8 * MiB
/**
 * Memory of a thread that decodes a .zst, in bytes, without the window. The window counts twice.
 * fzstd allocates new memory for every block, and V8 collects the old memory only when that has
 * grown as large as the window (measured: 300 MiB with a window of 128 MiB, 60 MiB with one of 8
 * MiB).
 */
const memoryOfZstThread = 40 * MiB
/**
 * Minimum read-ahead for another thread, in bytes. With less, the thread would wait more than it
 * works.
 */
const leastAhead = 32 * MiB
/** Default number of pieces that the consumer may keep at once: a drive's queue. */
export const maxPieces = 8
/**
 * Memory for pieces that are being filled, hashed and delivered, in bytes. It comes on top of the
 * read-ahead.
 */
const memoryUnderWay = 12 * MiB
/**
 * Compressed bytes of one block that may be queued for its thread. Fedora's blocks have about 45
 * MiB.
 */
export const compressedAhead = 64 * MiB
/**
 * The same limit while no thread is free for the next block, so that there is no hurry to reach
 * that block.
 */
export const compressedAheadAtLeisure = 8 * MiB

export interface DecodingPlan {
  threads: number
  /** Decoded bytes that may be queued, for all threads together. */
  ahead: number
  /** Decoded bytes on top of `ahead`: those of the pieces that are needed next. */
  underWay: number
  /** Largest window that a .zst may have, in bytes. */
  window: number
}

/** Default memory of the decoder, in bytes: a quarter of the free memory, at most 1 GiB. */
export const defaultMemory = (free = freemem()): number => Math.min(free / 4, 1024 * MiB)

/**
 * Plans the threads and the memory for decoding. There are as many threads as there are cores and
 * as fit into the memory. There is at least one, which always gets the memory that it needs. If the
 * user set the memory, it also limits the window of a .zst: a larger window is refused, because it
 * cannot be decoded in less.
 * @param given – memory for threads, dictionaries, windows and buffers, in bytes
 * @param held – maximum number of pieces that the consumer may keep at once
 */
export function planDecoding(given?: number, cores = availableParallelism(), held = maxPieces): DecodingPlan {
  const memory = given ?? defaultMemory()
  const forThreads = memory - memoryUnderWay - held * pieceSize - compressedAhead
  const threads = Math.floor((forThreads + leastAhead) / (memoryOfThread + leastAhead))
  const forWindow = (memory - memoryUnderWay - held * pieceSize - compressedAheadAtLeisure - memoryOfZstThread) / 2
  return {
    ...withThreads(Math.max(1, Math.min(cores, threads)), forThreads, held),
    ...(given !== undefined && { window: Math.max(leastWindow, Math.min(largestWindow, forWindow)) }),
  }
}

/**
 * Returns the plan for a given number of threads. The read-ahead gets the memory that they leave.
 */
export function withThreads(threads: number, memory = Infinity, held = maxPieces): DecodingPlan {
  const left = memory - threads * memoryOfThread
  return {
    threads,
    ahead: threads === 1 ? 0 : Math.min(left, (threads - 1) * aheadOfThread),
    underWay: memoryUnderWay + held * pieceSize,
    window: largestWindow,
  }
}
