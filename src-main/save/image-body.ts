import type { Transform } from 'node:stream'
import type { Extent } from '../write/extent.ts'

/** The content of a file that an image is written to, in order. The methods throw system errors. */
export interface ImageBody {
  /**
   * Compares the next bytes of the image with those that an earlier job saved. Called in order,
   * with at most `held` bytes together.
   * @param gaps – ranges of `bytes` that the drive cannot return. They are filled with the saved
   *   bytes, and not compared.
   * @returns false if they differ, or if the file is damaged
   */
  holdsNext(bytes: Uint8Array, gaps: readonly Extent[]): Promise<boolean>
  /**
   * Ends the comparison. The file keeps at most this many bytes of the image.
   * @returns the number that it keeps; writing continues there
   */
  keepFirst(length: number): Promise<number>
  /** Writes the next bytes of the image. They must not change until the promise resolves. */
  write(bytes: Uint8Array): Promise<void>
  /** Writes the rest. Returns the number of bytes of the image, and the size of the file. */
  finish(): Promise<{ length: number; stored: number }>
  /** Returns the hash of the whole file; null if it is the image itself. */
  digest(): string | null
  /** Ends the work in progress. Never throws. */
  stop(): Promise<void>
}

/** Compression of an image file. */
export interface Packing {
  compression: 'gz' | 'zst'
  start(): Transform
}
