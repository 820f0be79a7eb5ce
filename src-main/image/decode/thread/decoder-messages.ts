import type { FailureCode } from '../../../../src-shared/failure-catalog.ts'
import type { FailureDetails } from '../../../../src-shared/failure.ts'
import type { XzCheckKind } from '../xz/xz-layout.ts'

/** Shared memory of a decoder thread: one array for compressed input, one for decoded output. */
export interface DecoderMemory {
  compressed: Uint8Array<SharedArrayBuffer>
  decoded: Uint8Array<SharedArrayBuffer>
}

/** Size of a slot of compressed memory, in bytes. */
export const chunkSize = 256 * 1024

/**
 * Settings for decoding a file: for an .xz, the check to compute over its decoded bytes; for a
 * .zst, the largest window that it may have, in bytes.
 */
export type Decoder = { compression: 'xz'; check: XzCheckKind } | { compression: 'zst'; window: number }

/**
 * Message to the decoder thread. `chunk` null: the file has no more bytes. `slot`: decoded memory
 * that the thread may fill.
 */
export type ToDecoder = { start: Decoder } | { chunk: { slot: number; length: number } | null } | { slot: number }
/** A decoded piece. `slot` null: the bytes are zeros, and the thread reuses the slot. */
export interface Filled {
  slot: number | null
  length: number
  zeros: number
}

/**
 * Message from the decoder thread. `used`: the memory of a chunk is free. `end`: the check over all
 * bytes, and the slots that were not filled. `error`: a failure of Kindling, or the message of a
 * library.
 */
export type FromDecoder =
  | { used: number }
  | Filled
  | { end: { check: Uint8Array; unused: number[] } }
  | { error: string | { code: FailureCode; details: FailureDetails } }
