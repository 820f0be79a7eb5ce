import { pieceSize } from '../memory/piece.ts'
import { stretchesOf, type HeldPiece } from './held-piece.ts'
import type { Target } from './target.ts'

/** A part of a piece that may be on the drive already: bytes from the piece's start, none where both are equal. */
export interface Doubt {
  piece: HeldPiece
  from: number
  /** Where a sector of the drive ends. */
  to: number
}

/** Reads where pieces are to go, two reads at a time. @param memory for direct I/O; `pieceSize` for each @throws what the target throws */
export async function readPlaces(target: Target, doubts: readonly Doubt[], memory: Uint8Array): Promise<void> {
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
 * @param found what was read there
 * @returns bits as in `zeros`, and the bytes that they stand for
 */
export function findEqual({ piece, from, to }: Doubt, found: Uint8Array): { equal: number; bytes: number } {
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
