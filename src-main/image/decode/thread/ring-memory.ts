import { pieceSize } from '../../../memory/piece.ts'
import { chunkSize } from './decoder-messages.ts'

/** Largest number of bytes that one chunk of LZMA2 decodes to. */
export const largestChunk = 2 * 1024 * 1024

// The memory of a decoder thread: a page of tables for LZMA2 and one for CRC64, the window of
// compressed bytes, the ring, its overrun (see src-wasm).
const page = 64 * 1024
export const windowStart = 2 * page
/**
 * Size of the window, in bytes: one slot of compressed bytes behind what is left of an incomplete
 * chunk, which is at most 64 KiB and its header, and bytes that are read but not used.
 */
const windowSize = chunkSize + 3 * page
/** Page-aligned, because drives are written from the ring. */
export const ringStart = windowStart + windowSize

/** Allocates the memory of a thread. Memory that is never used is never taken from the system. */
export function allocateRing(frames: number): WebAssembly.Memory {
  const pages = (ringStart + frames * pieceSize + largestChunk) / page + 1
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
}
