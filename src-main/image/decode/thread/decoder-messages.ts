import type { FailureCode } from '../../../../src-shared/failure-catalog.ts'
import type { FailureDetails } from '../../../../src-shared/failure.ts'
import type { XzCheckKind } from '../xz/xz-format.ts'

/** Shared memory of a decoder thread. */
export interface DecoderMemory {
  compressed: Uint8Array<SharedArrayBuffer>
  /** See `ring-memory.ts`. */
  decoded: WebAssembly.Memory
  /** Number of frames of the ring. */
  frames: number
}

/** Size of a slot of compressed memory, in bytes. */
export const chunkSize = 256 * 1024

/** A block of an .xz file that states its sizes. */
export interface BlockDecoder {
  compression: 'lzma2'
  /** Size of the dictionary, in bytes. */
  dictionary: number
  /** Size of the decoded block, in bytes. */
  size: number
  /** The check to compute over the decoded bytes. */
  check: XzCheckKind
}

/** Settings for decoding a file. `window`: the largest one that a .zst may have, in bytes. */
export type Decoder = BlockDecoder | { compression: 'xz' } | { compression: 'zst'; window: number }

/**
 * Message to the decoder thread. `start`: a file, and the number of frames that it uses. `chunk`
 * null: the file has no more bytes. `released`: a frame that may be filled again.
 */
export type ToDecoder =
  { start: Decoder; frames: number } | { chunk: { slot: number; length: number } | null } | { released: number }
/** A decoded piece. `frame` null: the bytes are zeros, and the frame is not held. */
export interface Filled {
  frame: number | null
  length: number
  zeros: number
}

/**
 * Message from the decoder thread. `used`: the memory of a chunk is free. `end`: the check over all
 * bytes. `error`: a failure of Kindling, or the message of a library.
 */
export type FromDecoder =
  | { used: number }
  | Filled
  | { end: { check: Uint8Array } }
  | { error: string | { code: FailureCode; details: FailureDetails } }
