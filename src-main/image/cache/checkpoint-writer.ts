import type { FileHandle } from 'node:fs/promises'
import { writeCheckpoint, type Checkpoint } from './checkpoint.ts'
import type { HashThread } from './hash-thread.ts'
import { digestSoFar, type OpenPartial } from './resume-partial.ts'
import type { WriteBehind } from './write-behind.ts'

/**
 * Number of bytes before the first checkpoint. Each later checkpoint is written at twice the
 * length, until checkpoints are `maxInterval` bytes apart.
 */
const firstInterval = 1024 * 1024
const maxInterval = 16 * 1024 * 1024

/**
 * Writes the checkpoints of a partial file while its download continues. A disk that is slower than
 * the network gets fewer checkpoints, and a short flush at the end.
 */
export class CheckpointWriter {
  readonly #path: string
  readonly #file: FileHandle
  readonly #hash: HashThread
  readonly #writer: WriteBehind
  #last: Checkpoint
  /** Length at which the next checkpoint is due, in bytes. */
  #due: number
  #underWay = Promise.resolve()
  #isWriting = false
  #isStopped = false

  constructor(path: string, { file, checkpoint, hash }: OpenPartial, writer: WriteBehind) {
    this.#path = path
    this.#file = file
    this.#hash = hash
    this.#writer = writer
    this.#last = checkpoint
    this.#due = checkpoint.length + firstInterval
  }

  /** Number of bytes that the last checkpoint covers. */
  get covered(): number {
    return this.#last.length
  }

  /**
   * Starts to write a checkpoint if one is due.
   * @throws the error of an earlier one
   */
  async follow(): Promise<void> {
    if (this.#isStopped || this.#writer.given < this.#due || this.#isWriting) return
    await this.#underWay
    this.#underWay = this.#writeDue()
    // The next call awaits it; this only prevents an unhandled rejection.
    this.#underWay.catch(() => undefined)
  }

  /**
   * Waits for the checkpoint that is being written.
   * @throws its error
   */
  settle(): Promise<void> {
    return this.#underWay
  }

  /** Starts no more checkpoints. */
  stop(): void {
    this.#isStopped = true
  }

  /** Writes a checkpoint of the bytes that were given to the disk so far. */
  async write(): Promise<void> {
    const length = this.#writer.given
    if (length <= this.#last.length) return
    const sha256 = digestSoFar(this.#hash)
    // Awaited below, once the disk is done; this only prevents an unhandled rejection.
    sha256.catch(() => undefined)
    // Flush the bytes to the disk before writing the checkpoint that promises them.
    await this.#writer.settle()
    await this.#file.datasync()
    const next = { ...this.#last, length, sha256: await sha256 }
    await writeCheckpoint(this.#path, next)
    this.#last = next
  }

  async #writeDue(): Promise<void> {
    this.#isWriting = true
    try {
      while (!this.#isStopped && this.#writer.given >= this.#due) {
        const { given } = this.#writer
        this.#due = given + Math.min(Math.max(given, firstInterval), maxInterval)
        await this.write()
      }
    } finally {
      this.#isWriting = false
    }
  }
}
