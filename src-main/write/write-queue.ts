import { allocateAligned } from '../memory/aligned-memory.ts'
import type { SharedPiece } from './shared-piece.ts'
import { roundUp } from './round-up.ts'

/** Contiguous bytes for one write to a drive. */
export interface Run {
  /** Offset on the drive, in bytes. */
  offset: number
  /** Buffers that are written one after the other. */
  parts: Uint8Array[]
  /** Number of bytes of the image. The padding of the last sector is not counted. */
  size: number
  release(): void
}

interface Part {
  offset: number
  bytes: Uint8Array
  size: number
  piece: SharedPiece
}

/** Queue of bytes to write, in the order of the image. Adjacent parts are merged into one write. */
export interface WriteQueue {
  /** Number of queued bytes. */
  readonly size: number
  /**
   * Appends a part of a piece and adds a reference to the piece. The part must lie behind all
   * others.
   * @param from – start of the part, in bytes from the start of the piece
   * @param to – end of the part, in bytes from the start of the piece
   */
  add(piece: SharedPiece, from: number, to: number): void
  /**
   * Returns the size of the first contiguous run, in bytes. `open` is true if the next part could
   * extend it.
   */
  front(): { size: number; open: boolean }
  /** Removes the first run from the queue: `most` bytes at most, but at least one part. */
  take(most: number): Run
  clear(): void
}

/**
 * Creates an empty queue. A part that does not end on a multiple of the alignment is padded with
 * zeros. Only the last part of an image may be such a part.
 * @param alignment – alignment of the drive, in bytes
 */
export function createWriteQueue(alignment: number): WriteQueue {
  let parts: Part[] = []
  let waiting = 0

  function measureRun(most: number): { count: number; size: number } {
    let [count, size] = [0, 0]
    for (const part of parts) {
      const follows = count === 0 || part.offset === parts[0]!.offset + size
      if (!follows || (count > 0 && size + part.size > most)) break
      size += part.size
      count++
    }
    return { count, size }
  }

  function append(piece: SharedPiece, offset: number, bytes: Uint8Array, size: number) {
    waiting += size
    const last = parts.at(-1)
    if (last?.piece === piece && last.offset + last.size === offset && size === bytes.length) {
      const start = last.offset - piece.offset
      last.bytes = piece.bytes.subarray(start, offset - piece.offset + size)
      last.size += size
    } else {
      piece.hold()
      parts.push({ offset, bytes, size, piece })
    }
  }

  return {
    get size() {
      return waiting
    },
    add(piece, from, to) {
      const whole = to - (to % alignment)
      if (whole > from) append(piece, piece.offset + from, piece.bytes.subarray(from, whole), whole - from)
      if (whole === to) return
      const tail = piece.bytes.subarray(whole, to)
      const padded = allocateAligned(roundUp(tail.length, alignment))
      padded.set(tail)
      append(piece, piece.offset + whole, padded, tail.length)
    },
    front() {
      const { count, size } = measureRun(Infinity)
      return { size, open: count === parts.length }
    },
    take(most) {
      const { count, size } = measureRun(most)
      const taken = parts.slice(0, count)
      parts = parts.slice(count)
      waiting -= size
      return {
        offset: taken[0]!.offset,
        parts: taken.map((part) => part.bytes),
        size,
        release() {
          for (const part of taken) part.piece.release()
        },
      }
    },
    clear() {
      for (const part of parts) part.piece.release()
      parts = []
      waiting = 0
    },
  }
}
