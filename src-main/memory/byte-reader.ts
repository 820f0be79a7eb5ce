/** Reads exact numbers of bytes from a stream of chunks. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array()

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** Returns whether the stream has ended. */
  async ended(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next()
      if (done) return true
      this.#rest = value
    }
    return false
  }

  /** Reads exactly `length` bytes; returns null if fewer are left. */
  async take(length: number): Promise<Uint8Array | null> {
    const taken = new Uint8Array(length)
    return (await this.takeInto(taken)) ? taken : null
  }

  /** Fills `bytes` completely; returns false if fewer bytes are left. */
  async takeInto(bytes: Uint8Array): Promise<boolean> {
    for (let filled = 0; filled < bytes.length;) {
      if (await this.ended()) return false
      filled += this.#move(bytes.length - filled, (part) => bytes.set(part, filled)).length
    }
    return true
  }

  /**
   * Yields exactly `length` bytes, in chunks of any size. The generator returns false if fewer
   * bytes were left.
   */
  async *pass(length: number): AsyncGenerator<Uint8Array, boolean> {
    for (let left = length; left > 0;) {
      if (await this.ended()) return false
      const part = this.#move(left)
      left -= part.length
      yield part
    }
    return true
  }

  /** Yields the rest of the stream. */
  async *passRest(): AsyncGenerator<Uint8Array> {
    while (!(await this.ended())) yield this.#move(Infinity)
  }

  /** Closes the stream of chunks before its end. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  #move(atMost: number, use?: (part: Uint8Array) => void): Uint8Array {
    const part = this.#rest.subarray(0, atMost)
    use?.(part)
    this.#rest = this.#rest.subarray(part.length)
    return part
  }
}
