import type { FailureCode } from '../../../../src-shared/failure-catalog.ts'
import type { FailureDetails } from '../../../../src-shared/failure.ts'
import type { XzCheckKind } from '../xz/xz-layout.ts'

/** The memory of its decoder thread: compressed bytes come in one, decoded ones go into the other. */
export interface DecoderMemory {
  compressed: Uint8Array<SharedArrayBuffer>
  decoded: Uint8Array<SharedArrayBuffer>
}

/** Bytes of a slot of compressed memory. */
export const chunkSize = 256 * 1024

/**
 * How a file is decoded: an .xz with the sum to take over its bytes, a .zst with the largest window
 * it may have, bytes.
 */
export type Decoder = { compression: 'xz'; check: XzCheckKind } | { compression: 'zst'; window: number }

/** What the decoder thread is told. `chunk` null: the file has no more bytes. `slot`: decoded memory that it may fill. */
export type ToDecoder = { start: Decoder } | { chunk: { slot: number; length: number } | null } | { slot: number }
/** A part of what was decoded. `slot` null: the bytes are zeros, and the slot they were in is used again. */
export interface Filled {
  slot: number | null
  length: number
  zeros: number
}

/**
 * What it answers. `used`: a chunk's memory is free. `end`: the sum over all bytes, and the slots that were not filled.
 * `error`: a failure of Kindling's own, or the words of a library.
 */
export type FromDecoder =
  | { used: number }
  | Filled
  | { end: { check: Uint8Array; unused: number[] } }
  | { error: string | { code: FailureCode; details: FailureDetails } }
