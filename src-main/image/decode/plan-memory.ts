import { availableParallelism, freemem } from 'node:os'
import { pieceSize } from '../../memory/piece.ts'

const MiB = 1024 * 1024
/** Memory of a thread without its ring, in bytes. */
const memoryOfThread = 20 * MiB
/** Size of the largest dictionary, in pieces. */
const largestDictionary = 64
/**
 * Pieces that a ring has beside the dictionary: the largest chunk of LZMA2 (2 MiB), and the rest of
 * the piece that it began in.
 */
const besideDictionary = 3
/**
 * The same with several threads, which decode ahead: at least, and at most. A ring that holds more
 * than half of a block (Fedora's have 192 MiB) is never full before its turn comes, if the blocks
 * are alike.
 */
const [leastAhead, mostAhead] = [10, 36]
/**
 * The most on two cores. The second core also hashes and serves the drive, so more hardly makes a
 * write faster (docs/performance.md).
 */
const mostAheadOnTwoCores = 12
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
/** Number of pieces that the consumer may keep at once: a drive's queue. */
export const maxPieces = 8
/** Number of pieces that the consumer keeps, and that are being filled, hashed and delivered. */
export const piecesInUse = maxPieces + 12
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
  /** Maximum number of threads. */
  threads: number
  /** Number of threads that decode before the consumer has waited for them. */
  threadsAtFirst: number
  /** Number of pieces that the ring of each thread has. */
  frames: number
  /** Largest window that a .zst may have, in bytes. */
  window: number
}

/** Default memory of the decoder, in bytes: a quarter of the free memory, at most 1 GiB. */
export const defaultMemory = (free = freemem()): number => Math.min(free / 4, 1024 * MiB)

/**
 * Plans the threads and the memory for decoding. There are as many threads as there are cores and
 * as fit into the memory. There is at least one, which always gets the memory that it needs. The
 * others start when the consumer waits for decoding. If the user set the memory, it also limits the
 * window of a .zst: a larger window is refused, because it cannot be decoded in less.
 * @param given – memory for threads, dictionaries, windows and buffers, in bytes
 */
export function planDecoding(given?: number, cores = availableParallelism()): DecodingPlan {
  const memory = given ?? defaultMemory()
  const forThreads = memory - compressedAhead
  const most = Math.floor(forThreads / (memoryOfThread + (largestDictionary + leastAhead) * pieceSize))
  const threads = Math.max(1, Math.min(cores, most))
  const left = Math.floor((forThreads / threads - memoryOfThread) / pieceSize) - largestDictionary
  const ahead = Math.min(cores > 2 ? mostAhead : mostAheadOnTwoCores, left)
  const forWindow = (memory - piecesInUse * pieceSize - compressedAheadAtLeisure - memoryOfZstThread) / 2
  return {
    ...withThreads(threads, Math.max(leastAhead, ahead)),
    threadsAtFirst: 1,
    ...(given !== undefined && { window: Math.max(leastWindow, Math.min(largestWindow, forWindow)) }),
  }
}

/**
 * Returns the plan for a given number of threads, which all start at once.
 * @param ahead – pieces beside the dictionary in the ring of each of several threads
 */
export function withThreads(threads: number, ahead = mostAhead): DecodingPlan {
  const beside = threads === 1 ? besideDictionary : ahead
  return { threads, threadsAtFirst: threads, frames: largestDictionary + beside, window: largestWindow }
}

/**
 * Returns the number of pieces that a block uses of its thread's ring.
 * @param dictionary – in bytes
 * @param threads – number of threads that may decode now
 */
export function framesOfBlock(dictionary: number, threads: number, { frames }: DecodingPlan): number {
  const beside = threads === 1 ? besideDictionary : mostAhead
  return Math.min(frames, Math.max(Math.ceil(dictionary / pieceSize) + beside, piecesInUse))
}
