/** Takes exact numbers of bytes off a stream of chunks. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array()

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** Nothing is left. */
  async ended(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next()
      if (done) return true
      this.#rest = value
    }
    return false
  }

  /** Exactly so many bytes; null when fewer are left. */
  async take(length: number): Promise<Uint8Array | null> {
    const taken = new Uint8Array(length)
    return (await this.takeInto(taken)) ? taken : null
  }

  /** Fills all of `bytes`; false when fewer are left. */
  async takeInto(bytes: Uint8Array): Promise<boolean> {
    for (let filled = 0; filled < bytes.length;) {
      if (await this.ended()) return false
      filled += this.#move(bytes.length - filled, (part) => bytes.set(part, filled)).length
    }
    return true
  }

  /** Exactly so many bytes in the pieces in which they come. Answers false at its end when fewer were left. */
  async *pass(length: number): AsyncGenerator<Uint8Array, boolean> {
    for (let left = length; left > 0;) {
      if (await this.ended()) return false
      const part = this.#move(left)
      left -= part.length
      yield part
    }
    return true
  }

  /** Whatever is left. */
  async *passRest(): AsyncGenerator<Uint8Array> {
    while (!(await this.ended())) yield this.#move(Infinity)
  }

  /** Nothing more is wanted: the chunks may end. */
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
