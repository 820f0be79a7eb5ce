import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { KindlingError } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import { putInPlace, type PlaceOptions } from '../../files/regular-file.ts'
import { startHashThread, type HashThread } from './hash-thread.ts'
import { pieceSize } from '../../memory/piece.ts'
import { readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint.ts'
import { claimPartial, findPartials, freePartial, ownPath, type PartialPlace } from './partial-place.ts'
import { isConfirmed, type FileVersion } from '../source.ts'
import { createWriteBehind } from './write-behind.ts'
import { makeDirectory } from '../../files/make-directory.ts'

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

export interface PartialWanted {
  url: string
  /** File name for display. */
  name: string
  /** Current version of the file, as the server states it. */
  version: FileVersion
  /**
   * Hash that is required in addition to sha256, by its name for `startHash`; null if sha256
   * suffices.
   */
  otherHash: string | null
}

/** Callbacks that report the verification of a partial file before it is resumed. */
export interface PartialCheck {
  signal: AbortSignal
  /**
   * @param length – number of bytes that will be read
   */
  start(length: number): void
  advance(bytes: number): void
  /** Reports that the file was damaged. It is removed. */
  damaged(): void
}

/**
 * Number of bytes before the first checkpoint. Each later checkpoint is written at twice the
 * length, until checkpoints are `noteInterval` bytes apart.
 */
const firstNote = 1024 * 1024
const noteInterval = 16 * 1024 * 1024

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
  for (const found of await findCandidates(place, wanted.url)) {
    const path = await claimPartial(place, found)
    if (path === null) continue
    const revived = await revive(path, wanted, check).catch(async (error: unknown) => {
      // On cancel, release the claim and leave the partial file for the next job.
      if (check.signal.aborted) await freePartial(place, path)
      throw error
    })
    if (revived !== null) return workOn(place, path, revived)
    await rm(path, { recursive: true, force: true })
  }
  const path = await ownPath(place)
  await mkdir(path)
  const { etag, lastModified, total } = wanted.version
  const note = { url: wanted.url, name: wanted.name, etag, lastModified, total, length: 0, sha256: emptySha256 }
  try {
    await writeCheckpoint(path, note)
    const file = await open(bytesOf(path), 'wx+')
    return workOn(place, path, { file, note, hash: startHash(wanted) })
  } catch (error) {
    await rm(path, { recursive: true, force: true })
    throw error
  }
}

export const bytesOf = (path: string): string => join(path, 'bytes')
const emptySha256 = createHash('sha256').digest('hex')
const startHash = ({ otherHash }: PartialWanted) =>
  startHashThread(otherHash === null ? ['sha256'] : ['sha256', otherHash])
const noteOf = async (hash: HashThread) => Buffer.from(await hash.digest('sha256')).toString('hex')

/** An open partial file that passed verification, its checkpoint, and its hash so far. */
interface Revived {
  file: FileHandle
  note: Checkpoint
  hash: HashThread
}

/**
 * Returns the paths of partial files that no process is writing, the largest first. Partial files
 * of other URLs are left out. A partial file without a checkpoint is included if its process was
 * killed just after creating it.
 */
async function findCandidates({ directory, name }: PartialPlace, url: string): Promise<string[]> {
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
async function removeCandidates(place: PartialPlace, url: string): Promise<void> {
  for (const found of await findCandidates(place, url)) {
    const path = await claimPartial(place, found)
    if (path !== null) await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

/**
 * Opens a partial file that is still usable, truncates it to the length in its checkpoint and
 * hashes it. Returns null if it is not usable.
 */
async function revive(path: string, wanted: PartialWanted, check: PartialCheck): Promise<Revived | null> {
  const note = await readCheckpoint(path)
  if (note === null || note.length === 0 || !isConfirmed(note, wanted.version)) return null
  const file = await openOwn(bytesOf(path)).catch(() => null)
  const hash = startHash(wanted)
  try {
    check.start(note.length)
    if (file !== null && (await file.stat()).size >= note.length) {
      await file.truncate(note.length)
      await hashFile(file, note.length, hash, check)
      if ((await noteOf(hash)) === note.sha256) return { file, note, hash }
    }
  } catch (error) {
    await Promise.all([file?.close().catch(() => undefined), hash.end()])
    if (check.signal.aborted) throw error
    check.damaged()
    return null
  }
  await Promise.all([file?.close().catch(() => undefined), hash.end()])
  check.damaged()
  return null
}

/** Hashes the file. The next bytes are read while the last ones are hashed. */
async function hashFile(file: FileHandle, length: number, { slots, update }: HashThread, check: PartialCheck) {
  let hashed = Promise.resolve()
  for (let position = 0; position < length;) {
    check.signal.throwIfAborted()
    const slot = await slots.take(0)
    const { bytesRead } = await file.read(slots.view(slot), 0, Math.min(pieceSize, length - position), position)
    if (bytesRead === 0) throw changed()
    position += bytesRead
    await hashed
    hashed = update(slot, bytesRead).finally(() => slots.give(slot))
    // Awaited in the next round; this only prevents an unhandled rejection.
    hashed.catch(() => undefined)
    check.advance(bytesRead)
  }
  await hashed
}

/**
 * Opens a file that will be truncated and written to. It must be the cache's own file: not a link,
 * not a file with a second name, not a pipe. Returns null otherwise.
 */
async function openOwn(path: string): Promise<FileHandle | null> {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants
  // Windows has neither flag.
  const file = await open(path, O_RDWR | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0))
  const stats = await file.stat()
  if (stats.isFile() && stats.nlink === 1) return file
  await file.close()
  return null
}

const changed = () => new KindlingError('source-changed', { source: say('kept-part') })

/**
 * Reads the bytes that the checkpoint covers.
 * @throws source-changed
 */
async function* readNoted(file: FileHandle, { length, sha256 }: Checkpoint, signal: AbortSignal) {
  const hash = createHash('sha256')
  for (let position = 0; position < length;) {
    signal.throwIfAborted()
    // A new buffer for each read: the consumer may keep the bytes or transfer them to another
    // thread.
    const bytes = new Uint8Array(Math.min(pieceSize, length - position))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, position)
    if (bytesRead === 0) throw changed()
    position += bytesRead
    hash.update(bytes.subarray(0, bytesRead))
    yield bytes.subarray(0, bytesRead)
  }
  if (hash.digest('hex') !== sha256) throw changed()
}

/**
 * Opens the same file for writes that bypass the page cache (O_DIRECT). Returns null if the system
 * or this disk does not support that.
 */
async function openDirect(path: string): Promise<FileHandle | null> {
  const { O_DIRECT, O_WRONLY, O_NOFOLLOW } = constants
  return O_DIRECT === undefined ? null : open(path, O_WRONLY | O_DIRECT | O_NOFOLLOW).catch(() => null)
}

async function workOn(place: PartialPlace, path: string, { file, note: taken, hash }: Revived): Promise<PartialFile> {
  let noted = taken
  let noting = Promise.resolve()
  let isNoting = false
  let nextNote = taken.length + firstNote
  let isOpen = true
  const direct = await openDirect(bytesOf(path))
  const writer = createWriteBehind(hash, file, direct, taken.length)

  /** Writes a checkpoint of the bytes that were given to the disk so far. */
  async function note(): Promise<void> {
    const length = writer.given
    if (length <= noted.length) return
    const sha256 = noteOf(hash)
    // Awaited below, once the disk is done; this only prevents an unhandled rejection.
    sha256.catch(() => undefined)
    // Flush the bytes to the disk before writing the checkpoint that promises them.
    await writer.settle()
    await file.datasync()
    const next = { ...noted, length, sha256: await sha256 }
    await writeCheckpoint(path, next)
    noted = next
  }

  /**
   * Writes checkpoints while the download continues. A disk that is slower than the network gets
   * fewer checkpoints, and a short flush at the end.
   */
  async function makeNotes(): Promise<void> {
    isNoting = true
    try {
      while (isOpen && writer.given >= nextNote) {
        nextNote = writer.given + Math.min(Math.max(writer.given, firstNote), noteInterval)
        await note()
      }
    } finally {
      isNoting = false
    }
  }

  async function close(): Promise<void> {
    isOpen = false
    await noting.catch(() => undefined)
    // A handle may be closed already; that is not an error.
    await Promise.all([file, direct].map((each) => each?.close().catch(() => undefined)))
  }

  async function discard(): Promise<void> {
    if (!isOpen) return
    writer.giveUp()
    await writer.settle().catch(() => undefined)
    await close()
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }

  return {
    held: taken.length,
    get length() {
      return writer.position
    },
    read: (signal) => readNoted(file, taken, signal),

    async append(bytes) {
      await writer.push(bytes)
      if (!isOpen || writer.given < nextNote || isNoting) return
      // The last checkpoints have ended by now; if they failed, this throws their error.
      await noting
      noting = makeNotes()
      noting.catch(() => undefined)
    },

    digest(name, more) {
      writer.end()
      return hash.digest(name, more)
    },

    async complete(whole, options) {
      writer.end()
      await writer.settle()
      await noting
      isOpen = false
      await direct?.close().catch(() => undefined)
      try {
        await putInPlace(file, bytesOf(path), whole, options)
      } catch (error) {
        await freePartial(place, path)
        throw error
      }
      await rm(path, { recursive: true, force: true }).catch(() => undefined)
      await removeCandidates(place, taken.url)
    },

    async release() {
      if (!isOpen) return
      try {
        writer.end()
        await noting
        await note()
      } catch {
        // If the disk accepts no more writes, the last checkpoint remains valid.
      }
      await close()
      if (noted.length === 0 || !(await freePartial(place, path)))
        await rm(path, { recursive: true, force: true }).catch(() => undefined)
    },

    discard,
    end: hash.end,
  }
}
