import { pieceSize } from '../memory/piece.ts'
import { stretchesOf, type SharedPiece } from './shared-piece.ts'
import type { Target } from './target.ts'

/**
 * A byte range of a piece that may be on the drive already, in bytes from the start of the piece.
 * Empty if `from` equals `to`.
 */
export interface CompareRange {
  piece: SharedPiece
  from: number
  /** End of the range. A sector of the drive ends there. */
  to: number
}

/**
 * Reads the places of pieces on the drive, two reads at a time.
 * @param memory – buffer for direct I/O, with `pieceSize` bytes for each piece
 * @throws the target's failures
 */
export async function readPlaces(target: Target, doubts: readonly CompareRange[], memory: Uint8Array): Promise<void> {
  let next = 0
  async function read() {
    for (let turn = next++; turn < doubts.length; turn = next++) {
      const { piece, from, to } = doubts[turn]!
      const start = turn * pieceSize
      if (to > from) await target.read(memory.subarray(start, start + to - from), piece.offset + from)
    }
  }
  const outcome = await Promise.allSettled([read(), read()])
  for (const each of outcome) if (each.status === 'rejected') throw each.reason
}

/**
 * Finds the stretches of a piece that are on the drive already.
 * @param found – bytes that were read at the place of the piece
 * @returns the equal stretches as bits, as in `zeros`, and their number of bytes
 */
export function findEqual({ piece, from, to }: CompareRange, found: Uint8Array): { equal: number; bytes: number } {
  let [equal, bytes] = [0, 0]
  for (const stretch of stretchesOf(piece)) {
    const end = Math.min(stretch.to, to)
    if (stretch.from < from || end <= stretch.from) continue
    const there = found.subarray(stretch.from - from, end - from)
    if (Buffer.compare(there, piece.bytes.subarray(stretch.from, end)) !== 0) continue
    equal |= 1 << stretch.index
    bytes += end - stretch.from
  }
  return { equal, bytes }
}
