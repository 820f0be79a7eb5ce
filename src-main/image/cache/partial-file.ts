import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { makeDirectory } from '../../files/make-directory.ts'
import { putInPlace, type PlaceOptions } from '../../files/regular-file.ts'
import { CheckpointWriter } from './checkpoint-writer.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { bytesPath, claimPartial, findPartials, freePartial, makePartial, type PartialPlace } from './partial-place.ts'
import {
  readCovered,
  resumePartial,
  startPartialHash,
  type OpenPartial,
  type PartialCheck,
  type PartialWanted,
} from './resume-partial.ts'
import { createWriteBehind, type WriteBehind } from './write-behind.ts'

/**
 * The downloaded part of a file, while one job appends to it, and a running hash of it. The methods
 * throw the errors of the disk, or internal if the hash thread failed.
 */
export interface PartialFile {
  /** Number of bytes that the file had when the job claimed it. */
  readonly held: number
  /** Number of bytes that the file has now. */
  readonly length: number
  /**
   * Reads the bytes that the file had when the job claimed it. They are already part of the hash,
   * so they must be the same as then.
   * @throws source-changed
   */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>
  /**
   * Hashes `bytes` and appends them to the file. The hash includes them even if the disk write
   * throws. Writes a checkpoint from time to time.
   */
  append(bytes: Uint8Array): Promise<void>
  /**
   * Returns the digest of all bytes plus `more`. Nothing may be appended afterwards.
   * @param name – sha256, or the other hash that was requested
   */
  digest(name: string, more?: Uint8Array): Promise<Uint8Array>
  /**
   * Moves the complete file to its final path (`putInPlace`). After an error, the file is left for
   * the next job.
   */
  complete(path: string, options?: PlaceOptions): Promise<void>
  /** Closes the file and leaves it for the next job. */
  release(): Promise<void>
  /** Deletes the file. Bytes that are appended afterwards are only hashed. */
  discard(): Promise<void>
  /** Ends the hash thread. Called when the job ends. */
  end(): Promise<void>
}

/**
 * Resumes the largest partial file of the URL, or starts a new one. The existing bytes count only
 * if the server confirms that the file is unchanged, and their hash still equals that in the
 * checkpoint.
 */
export async function takePartial(
  place: PartialPlace,
  wanted: PartialWanted,
  check: PartialCheck,
): Promise<PartialFile> {
  await makeDirectory(place.directory)
  for (const found of await findResumable(place, wanted.url)) {
    const path = await claimPartial(place, found)
    if (path === null) continue
    const resumed = await resumePartial(path, wanted, check).catch(async (error: unknown) => {
      // On cancel, release the claim and leave the partial file for the next job.
      if (check.signal.aborted) await freePartial(place, path)
      throw error
    })
    if (resumed !== null) return openPartial(place, path, resumed)
    await rm(path, { recursive: true, force: true })
  }
  const path = await makePartial(place)
  const { etag, lastModified, total } = wanted.version
  const checkpoint = { url: wanted.url, name: wanted.name, etag, lastModified, total, length: 0, sha256: emptySha256 }
  try {
    await writeCheckpoint(path, checkpoint)
    const file = await open(bytesPath(path), 'wx+')
    return openPartial(place, path, { file, checkpoint, hash: startPartialHash(wanted) })
  } catch (error) {
    await rm(path, { recursive: true, force: true })
    throw error
  }
}

const emptySha256 = createHash('sha256').digest('hex')

/**
 * Returns the paths of partial files that no process is writing, the largest first. Partial files
 * of other URLs are left out. A partial file without a checkpoint is included if its process was
 * killed just after creating it.
 */
async function findResumable({ directory, name }: PartialPlace, url: string): Promise<string[]> {
  const free = (await findPartials(directory)).filter((found) => found.name === name && !found.taken)
  const noted = await Promise.all(
    free.map(async ({ path, orphaned }) => {
      const note = await readCheckpoint(path)
      const wanted = note === null ? orphaned : note.url === url
      return { path, wanted, length: note?.length ?? 0 }
    }),
  )
  return noted
    .filter(({ wanted }) => wanted)
    .sort((a, b) => b.length - a.length)
    .map(({ path }) => path)
}

/** Removes the other partial files of the URL. They are useless once the file is complete. */
async function removeOthers(place: PartialPlace, url: string): Promise<void> {
  for (const found of await findResumable(place, url)) {
    const path = await claimPartial(place, found)
    if (path !== null) await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

/**
 * Opens the same file for writes that bypass the page cache (O_DIRECT). Returns null if the system
 * or this disk does not support that.
 */
async function openDirect(path: string): Promise<FileHandle | null> {
  const { O_DIRECT, O_WRONLY, O_NOFOLLOW } = constants
  return O_DIRECT === undefined ? null : open(path, O_WRONLY | O_DIRECT | O_NOFOLLOW).catch(() => null)
}

async function openPartial(place: PartialPlace, path: string, opened: OpenPartial): Promise<PartialFile> {
  const direct = await openDirect(bytesPath(path))
  return new ClaimedPartial(place, path, opened, direct)
}

/** A partial file that this job has claimed. */
class ClaimedPartial implements PartialFile {
  readonly held: number
  readonly #place: PartialPlace
  readonly #path: string
  readonly #opened: OpenPartial
  readonly #direct: FileHandle | null
  readonly #writer: WriteBehind
  readonly #checkpoints: CheckpointWriter
  #isOpen = true

  constructor(place: PartialPlace, path: string, opened: OpenPartial, direct: FileHandle | null) {
    this.held = opened.checkpoint.length
    this.#place = place
    this.#path = path
    this.#opened = opened
    this.#direct = direct
    this.#writer = createWriteBehind(opened.hash, opened.file, direct, this.held)
    this.#checkpoints = new CheckpointWriter(path, opened, this.#writer)
  }

  get length(): number {
    return this.#writer.position
  }

  read(signal: AbortSignal): AsyncIterable<Uint8Array> {
    return readCovered(this.#opened.file, this.#opened.checkpoint, signal)
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#writer.push(bytes)
    await this.#checkpoints.follow()
  }

  digest(name: string, more?: Uint8Array): Promise<Uint8Array> {
    this.#writer.end()
    return this.#opened.hash.digest(name, more)
  }

  async complete(whole: string, options?: PlaceOptions): Promise<void> {
    this.#writer.end()
    await this.#writer.settle()
    await this.#checkpoints.settle()
    this.#isOpen = false
    await this.#direct?.close().catch(() => undefined)
    try {
      await putInPlace(this.#opened.file, bytesPath(this.#path), whole, options)
    } catch (error) {
      await freePartial(this.#place, this.#path)
      throw error
    }
    await this.#remove()
    await removeOthers(this.#place, this.#opened.checkpoint.url)
  }

  async release(): Promise<void> {
    if (!this.#isOpen) return
    try {
      this.#writer.end()
      await this.#checkpoints.settle()
      await this.#checkpoints.write()
    } catch {
      // If the disk accepts no more writes, the last checkpoint remains valid.
    }
    await this.#close()
    if (this.#checkpoints.covered === 0 || !(await freePartial(this.#place, this.#path))) await this.#remove()
  }

  async discard(): Promise<void> {
    if (!this.#isOpen) return
    this.#writer.giveUp()
    await this.#writer.settle().catch(() => undefined)
    await this.#close()
    await this.#remove()
  }

  end(): Promise<void> {
    return this.#opened.hash.end()
  }

  async #close(): Promise<void> {
    this.#isOpen = false
    this.#checkpoints.stop()
    await this.#checkpoints.settle().catch(() => undefined)
    // A handle may be closed already; that is not an error.
    await Promise.all([this.#opened.file, this.#direct].map((each) => each?.close().catch(() => undefined)))
  }

  async #remove(): Promise<void> {
    await rm(this.#path, { recursive: true, force: true }).catch(() => undefined)
  }
}
