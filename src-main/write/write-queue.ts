import { allocateAligned } from '../memory/aligned-memory.ts'
import type { HeldPiece } from './held-piece.ts'
import { roundUp } from './round-up.ts'

/** Bytes on their way to one place on a drive. */
export interface Run {
  /** Bytes. */
  offset: number
  /** Written one after the other. */
  parts: Uint8Array[]
  /** Bytes of the image; what pads the last sector is not counted. */
  size: number
  letGo(): void
}

interface Part {
  offset: number
  bytes: Uint8Array
  size: number
  piece: HeldPiece
}

/** What is to be written, in the order of the image; what lies side by side is written together. */
export interface WriteQueue {
  /** Bytes that wait. */
  readonly size: number
  /** Adds a part of a piece that lies behind all others, and holds the piece. @param from, to bytes of the piece */
  add(piece: HeldPiece, from: number, to: number): void
  /** Bytes that could be written at once, and whether what comes next could make them more. */
  front(): { size: number; open: boolean }
  /** Takes the first run, `most` bytes at most. */
  take(most: number): Run
  clear(): void
}

/** @param alignment bytes: a part that ends inside such a unit, as only an image's last may, is padded with zeros */
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

  function append(piece: HeldPiece, offset: number, bytes: Uint8Array, size: number) {
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
        letGo() {
          for (const part of taken) part.piece.letGo()
        },
      }
    },
    clear() {
      for (const part of parts) part.piece.letGo()
      parts = []
      waiting = 0
    },
  }
}
