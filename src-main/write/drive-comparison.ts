import { KindlingError } from '../../src-shared/failure.ts'
import type { BusyClock } from '../memory/busy-clock.ts'
import { pieceSize, stretchSize } from '../memory/piece.ts'
import { findEqual, readPlaces } from './compare-pieces.ts'
import type { PieceLayout } from './piece-layout.ts'
import type { ReadFirst } from './read-first.ts'
import type { SharedPiece } from './shared-piece.ts'
import type { Target } from './target.ts'

/** Size of the memory for a comparison, in bytes. */
export const comparisonSize = 4 * pieceSize

export interface ComparisonParts {
  target: Target
  layout: PieceLayout
  readFirst: ReadFirst
  busy: BusyClock
  /** Buffer for direct I/O, `comparisonSize` bytes. */
  memory: Uint8Array
  /** Clock in milliseconds. */
  now: () => number
  /** Called when a probe has ended. */
  onProbed: () => void
}

/** Compares pieces with their places on the drive before they are written. */
export class DriveComparison {
  readonly #parts: ComparisonParts
  #isProbing = false

  constructor(parts: ComparisonParts) {
    this.#parts = parts
  }

  /**
   * Reads the places of the first waiting pieces, then lays these pieces: only parts that differ
   * are written. Nothing may be written meanwhile.
   * @param waiting – loses the pieces that were compared
   * @throws drive-gone
   */
  async compare(waiting: SharedPiece[]): Promise<void> {
    const { target, layout, readFirst, busy, memory, now } = this.#parts
    const ranges = waiting
      .splice(0, readFirst.isTrial() ? 1 : comparisonSize / pieceSize)
      .map((piece) => layout.doubt(piece))
    const began = now()
    busy.begin()
    const error: unknown = await readPlaces(target, ranges, memory).then(
      () => null,
      (error: unknown) => error,
    )
    busy.end()
    const elapsed = now() - began
    let [compared, same] = [0, 0]
    for (const [turn, range] of ranges.entries()) {
      const found = error === null ? findEqual(range, memory.subarray(turn * pieceSize)) : { equal: 0, bytes: 0 }
      compared += range.to - range.from
      same += found.bytes
      layout.lay(range.piece, found.equal)
    }
    if (error instanceof KindlingError && error.code === 'drive-gone') throw error
    if (error !== null) readFirst.giveUp()
    else if (compared > 0) readFirst.compared(compared, same, elapsed)
  }

  /**
   * Starts to check whether one stretch of a piece is on the drive already, unless another check is
   * in progress. The stretch is written in any case.
   */
  probe(piece: SharedPiece): void {
    if (this.#isProbing) return
    const { target, layout, readFirst, busy, memory, onProbed } = this.#parts
    const { from, to } = layout.doubt(piece)
    const length = Math.min(stretchSize, to - from)
    if (length <= 0) return
    this.#isProbing = true
    piece.hold()
    busy.begin()
    const bytes = memory.subarray(0, length)
    target
      .read(bytes, piece.offset + from)
      .then(() => readFirst.probed(Buffer.compare(bytes, piece.bytes.subarray(from, from + length)) === 0))
      .catch(() => readFirst.giveUp())
      .finally(() => {
        this.#isProbing = false
        busy.end()
        piece.release()
        onProbed()
      })
  }
}
