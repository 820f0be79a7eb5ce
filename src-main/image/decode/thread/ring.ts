import { pieceSize } from '../../../memory/piece.ts'

/** A filled frame, or the start of one. */
export interface Frame {
  frame: number
  /** In bytes; more than 0. */
  length: number
}

/**
 * The accounting of a decoder's ring. The ring consists of frames that each have the size of a
 * piece. Its bytes are filled in order. A frame that is held is being written to a drive, so it is
 * not filled until it is released.
 */
export class Ring {
  readonly #held: boolean[]
  #count: number
  #position = 0

  /** @param most – number of frames that exist */
  constructor(most: number) {
    this.#held = Array.from({ length: most }, () => false)
    this.#count = most
  }

  /** Size of the ring that is used now, in bytes. */
  get size(): number {
    return this.#count * pieceSize
  }

  /** Offset of the next byte, in bytes. */
  get position(): number {
    return this.#position
  }

  /**
   * Begins a file at the start of a frame.
   * @param count – number of frames that it uses, the first ones
   */
  begin(count: number): void {
    this.#count = count
    this.#position %= this.size
  }

  /**
   * Returns the number of bytes behind the position that may be overwritten. Bytes beyond the end
   * of the ring are filled there first, and then copied to its start (see src-wasm/lzma2.ts). The
   * frames that are there may be held from a file with a larger ring.
   * @param most – number beyond which no more are counted; smaller than the ring by two frames
   */
  room(most: number): number {
    let frame = Math.floor(this.#position / pieceSize)
    let room = -(this.#position % pieceSize)
    for (; room < most && !this.#held[frame] && !this.#held[frame % this.#count]; frame++) room += pieceSize
    return Math.max(0, room)
  }

  /**
   * Moves the position behind bytes that were filled.
   * @returns the frames that are full now
   */
  advance(length: number): Frame[] {
    const full: Frame[] = []
    for (let left = length; left > 0;) {
      const frame = Math.floor(this.#position / pieceSize)
      const part = Math.min(left, (frame + 1) * pieceSize - this.#position)
      left -= part
      this.#position += part
      if (this.#position % pieceSize === 0) full.push({ frame, length: pieceSize })
      this.#position %= this.size
    }
    return full
  }

  /**
   * Ends a file, and moves the position to the start of the next frame.
   * @returns the frame that was not full
   */
  end(): Frame[] {
    const length = this.#position % pieceSize
    if (length === 0) return []
    const [{ frame }] = this.advance(pieceSize - length) as [Frame]
    return [{ frame, length }]
  }

  hold(frame: number): void {
    this.#held[frame] = true
  }

  release(frame: number): void {
    this.#held[frame] = false
  }
}
