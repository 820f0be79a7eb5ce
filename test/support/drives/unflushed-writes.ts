/**
 * Unflushed writes of a drive, and their loss. The first read of such bytes restarts the drive,
 * which then has the bytes of its last flush. A program that flushes before it reads back never
 * notices.
 */
export class UnflushedWrites {
  readonly #bytes: Buffer
  /** The overwritten bytes of each write, in the order of the writes. */
  readonly #before: { offset: number; bytes: Buffer }[] = []

  /**
   * @param bytes – contents of the drive
   */
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Records a write. Must be called before the write changes the bytes. */
  add(offset: number, length: number): void {
    this.#before.push({ offset, bytes: Buffer.from(this.#bytes.subarray(offset, offset + length)) })
  }

  flush(): void {
    this.#before.length = 0
  }

  /**
   * Loses all unflushed writes if the read touches one. Must be called before the bytes are read.
   */
  loseIfRead(offset: number, length: number): void {
    const isRead = this.#before.some(
      (each) => each.offset < offset + length && offset < each.offset + each.bytes.length,
    )
    if (!isRead) return
    for (let each = this.#before.pop(); each !== undefined; each = this.#before.pop())
      this.#bytes.set(each.bytes, each.offset)
  }
}
