import type { ReadAt } from '../identify/read-at.ts'
import type { Edit } from './edit.ts'

/** Unit of changes in bytes: what libext2fs reads and writes is a multiple of it. */
const unit = 512

/**
 * A disk in memory above a readable one. Writes stay in memory, so nothing is changed before the
 * plan is whole. It has the form that `ext2fs` expects of a disk.
 */
export class OverlayDisk {
  /** The written units by their number. */
  readonly #written = new Map<number, Buffer>()
  readonly #readBelow: ReadAt
  /** First error. libext2fs reports only that there was one, or even goes on. */
  failure: unknown = null

  constructor(readBelow: ReadAt) {
    this.#readBelow = readBelow
  }

  /** Reads the disk with its changes. */
  readAt: ReadAt = async (offset, length) => {
    const bytes = await this.#readBelow(offset, length)
    for (let at = offset - (offset % unit); at < offset + length; at += unit)
      this.#written.get(at / unit)?.copy(bytes, Math.max(at - offset, 0), Math.max(offset - at, 0))
    return bytes
  }

  /** @throws the errors of the disk below */
  async read(buffer: Buffer, at: number, length: number, offset: number): Promise<number> {
    return this.#remembering(async () => (await this.readAt(offset, length)).copy(buffer, at))
  }

  /** @throws RangeError for a part of a unit */
  async write(buffer: Buffer, at: number, length: number, offset: number): Promise<number> {
    return this.#remembering(async () => {
      if (offset % unit !== 0 || length % unit !== 0) throw new RangeError(`${length} bytes at byte ${offset}`)
      for (let done = 0; done < length; done += unit)
        this.#written.set((offset + done) / unit, Buffer.from(buffer.subarray(at + done, at + done + unit)))
      return length
    })
  }

  /** Refuses what an edit cannot express. Nothing that Kindling asks of `ext2fs` discards. */
  discard(): Promise<void> {
    return this.#remembering(() => Promise.reject(new RangeError('discard')))
  }

  async flush(): Promise<void> {}

  async #remembering<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (error) {
      this.failure ??= error
      throw error
    }
  }

  /**
   * Returns the changes in ascending order; neighbouring units are one edit.
   * @throws the errors of the disk below
   */
  async edits(): Promise<Edit[]> {
    const edits: Edit[] = []
    for (const [number, bytes] of [...this.#written].toSorted(([one], [other]) => one - other)) {
      const offset = number * unit
      const original = await this.#readBelow(offset, unit)
      if (original.equals(bytes)) continue
      const last = edits.at(-1)
      if (last === undefined || last.offset + last.bytes.length !== offset) edits.push({ offset, bytes, original })
      else {
        last.bytes = Buffer.concat([last.bytes, bytes])
        last.original = Buffer.concat([last.original, original])
      }
    }
    return edits
  }
}
