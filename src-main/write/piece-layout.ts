import type { CompareRange } from './compare-pieces.ts'
import type { DriveWrites } from './drive-writes.ts'
import { addExtent, type Extent } from './extent.ts'
import type { ReadFirst } from './read-first.ts'
import type { Sample } from './sample-drive.ts'
import { stretchesOf, type SharedPiece, type Stretch } from './shared-piece.ts'

export interface LayoutOptions {
  /** Sector size of the drive, in bytes. */
  alignment: number
  /** True if the read-back will check the deferred zeros. */
  readsBack: boolean
  writes: DriveWrites
  /**
   * @param bytes – number of bytes that need not be written
   */
  onSkipped: (bytes: number) => void
}

/** Sample of a drive, and the decision whether reading before writing pays off. */
export interface DriveView {
  sample: Sample
  readFirst: ReadFirst
}

/** Decides which parts of a piece are written, deferred or skipped. */
export class PieceLayout {
  /** Ranges of zeros that the drive seems to have. */
  readonly deferred: Extent[] = []
  readonly #options: LayoutOptions
  /** Null if the drive was not sampled. Every byte is then written. */
  readonly #view: DriveView | null

  constructor(options: LayoutOptions, view: DriveView | null) {
    this.#options = options
    this.#view = view
  }

  /**
   * Queues the parts of a piece that must be written, and releases the piece.
   * @param equal – bits of the stretches that are equal on the drive, as in `zeros`
   */
  lay(piece: SharedPiece, equal: number): void {
    const { writes, onSkipped } = this.#options
    const whole = this.#wholeSectors(piece)
    let skipped = 0
    for (const stretch of stretchesOf(piece)) {
      const { index, from, to } = stretch
      const end = Math.min(to, whole)
      const isDeferred = this.#canDefer(piece, stretch)
      if (!isDeferred && (equal & (1 << index)) === 0) {
        writes.add(piece, from, to)
        continue
      }
      if (isDeferred && end > from) addExtent(this.deferred, piece.offset + from, end - from)
      skipped += Math.max(end - from, 0)
      // If the image ends inside a sector, that sector is always written, with its padding.
      if (to > whole) writes.add(piece, Math.max(whole, from), to)
    }
    this.#view?.readFirst.passed(piece.bytes.length)
    piece.release()
    if (skipped > 0) onSkipped(skipped)
  }

  /** Returns the part of a piece that may be on the drive already. */
  doubt(piece: SharedPiece): CompareRange {
    const doubtful = [...stretchesOf(piece)].filter((stretch) => !this.#canDefer(piece, stretch))
    const from = doubtful[0]?.from ?? 0
    return { piece, from, to: Math.max(from, Math.min(doubtful.at(-1)?.to ?? 0, this.#wholeSectors(piece))) }
  }

  #wholeSectors({ bytes }: SharedPiece): number {
    return bytes.length - (bytes.length % this.#options.alignment)
  }

  #canDefer(piece: SharedPiece, { index, from, to }: Stretch): boolean {
    if (this.#view === null || (piece.zeros & (1 << index)) === 0) return false
    // Without a read-back, checking the deferred zeros takes a read of its own.
    if (!this.#options.readsBack && !this.#view.readFirst.canPay()) return false
    return this.#view.sample.isClean(piece.offset + from, to - from)
  }
}
