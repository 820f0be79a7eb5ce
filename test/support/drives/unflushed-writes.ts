/**
 * The writes that a drive has taken and not flushed, and how it loses them: the first read of such
 * bytes makes the drive start anew, with the bytes of its last flush. A program that flushes before
 * it reads back never notices.
 */
export class UnflushedWrites {
  readonly #bytes: Buffer
  /** The bytes under each write, in the order of the writes. */
  readonly #before: { offset: number; bytes: Buffer }[] = []

  /** @param bytes of the drive */
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Call before the write changes the bytes. */
  add(offset: number, length: number): void {
    this.#before.push({ offset, bytes: Buffer.from(this.#bytes.subarray(offset, offset + length)) })
  }

  flush(): void {
    this.#before.length = 0
  }

  /** Call before the bytes are read. */
  loseIfRead(offset: number, length: number): void {
    const isRead = this.#before.some(
      (each) => each.offset < offset + length && offset < each.offset + each.bytes.length,
    )
    if (!isRead) return
    for (let each = this.#before.pop(); each !== undefined; each = this.#before.pop())
      this.#bytes.set(each.bytes, each.offset)
  }
}
