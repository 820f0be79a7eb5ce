import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { KindlingError } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import { putInPlace, type PlaceOptions } from '../../files/regular-file.ts'
import { startHashThread, type HashThread } from './hash-thread.ts'
import { pieceSize } from '../../memory/piece.ts'
import { readNote, writeNote, type PartialNote } from './partial-note.ts'
import { claimPartial, findPartials, freePartial, ownPath, type PartialPlace } from './partial-place.ts'
import { isConfirmed, type Version } from '../source.ts'
import { createWriteBehind } from './write-behind.ts'
import { makeDirectory } from '../../files/make-directory.ts'

/**
 * The part of a file that is at hand, while one job adds to it, and a running hash of it. What its methods throw is the
 * disk's, or internal when the hash broke.
 */
export interface PartialFile {
  /** Bytes that were at hand when it was taken. */
  readonly held: number
  /** Bytes of the file so far. */
  readonly length: number
  /** The bytes that were at hand. They are hashed already; these must be the same. @throws source-changed */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>
  /** They count as seen, and are hashed, whatever it throws. Now and then it notes what is at hand. */
  append(bytes: Uint8Array): Promise<void>
  /**
   * The digest of all bytes and some more; there may not come others then.
   * @param name sha256, or the other hash that was wanted
   */
  digest(name: string, more?: Uint8Array): Promise<Uint8Array>
  /**
   * Gives the file, which is whole now, its place (`putInPlace`). After an error it is left to the
   * next job.
   */
  complete(path: string, options?: PlaceOptions): Promise<void>
  /** Leaves it to the next job. */
  release(): Promise<void>
  /** Takes it from the disk. What is appended then is only hashed. */
  discard(): Promise<void>
  /** The job is over. */
  end(): Promise<void>
}

export interface PartialWanted {
  url: string
  /** File name for people. */
  name: string
  /** What the server says of the file now. */
  version: Version
  /** The hash that is wanted besides sha256, by its name for `startHash`; null for none. */
  otherHash: string | null
}

/** Told while a partial file is read to see whether it is as it was left. */
export interface PartialCheck {
  signal: AbortSignal
  /** @param length bytes that will be read */
  start(length: number): void
  advance(bytes: number): void
  /** It was not, and is gone. */
  damaged(): void
}

/** Bytes after which the first note is made; the next come at twice as many, until they are so many apart. */
const firstNote = 1024 * 1024
const noteInterval = 16 * 1024 * 1024

/**
 * Takes up the largest partial file of that address, or starts one. What is at hand counts only when the server confirms
 * that the file is still the same, and the bytes still have the hash that was noted.
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
      // Whoever is interrupted here leaves it as it was.
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
    await writeNote(path, note)
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

/** What is good of a file, open, and its hash so far. */
interface Revived {
  file: FileHandle
  note: PartialNote
  hash: HashThread
}

/**
 * Paths of what nobody is writing, the largest first. Partials of other addresses are not touched; one without a note is
 * what a killed process had just begun.
 */
async function findCandidates({ directory, name }: PartialPlace, url: string): Promise<string[]> {
  const free = (await findPartials(directory)).filter((found) => found.name === name && !found.taken)
  const noted = await Promise.all(
    free.map(async ({ path, orphaned }) => {
      const note = await readNote(path)
      const wanted = note === null ? orphaned : note.url === url
      return { path, wanted, length: note?.length ?? 0 }
    }),
  )
  return noted
    .filter(({ wanted }) => wanted)
    .sort((a, b) => b.length - a.length)
    .map(({ path }) => path)
}

/** The file is whole: whatever others have left of it is of no use. */
async function removeCandidates(place: PartialPlace, url: string): Promise<void> {
  for (const found of await findCandidates(place, url)) {
    const path = await claimPartial(place, found)
    if (path !== null) await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** Opens what is still good: cut to what its note says, and hashed. Null when it is not. */
async function revive(path: string, wanted: PartialWanted, check: PartialCheck): Promise<Revived | null> {
  const note = await readNote(path)
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

/** Reads the next bytes while the last ones are hashed. */
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
    // Awaited with the next.
    hashed.catch(() => undefined)
    check.advance(bytesRead)
  }
  await hashed
}

/** What is cut and written to must be the cache's own file: not a link to another's, not one with a second name, no pipe. */
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

/** The bytes that are noted. @throws source-changed */
async function* readNoted(file: FileHandle, { length, sha256 }: PartialNote, signal: AbortSignal) {
  const hash = createHash('sha256')
  for (let position = 0; position < length;) {
    signal.throwIfAborted()
    // A new buffer each time: whoever takes bytes may keep them, or give them to another thread.
    const bytes = new Uint8Array(Math.min(pieceSize, length - position))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, position)
    if (bytesRead === 0) throw changed()
    position += bytesRead
    hash.update(bytes.subarray(0, bytesRead))
    yield bytes.subarray(0, bytesRead)
  }
  if (hash.digest('hex') !== sha256) throw changed()
}

/** The same file past the system's cache; null where the system, or this disk, has no such thing. */
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

  /** Notes what was given to the disk until now. */
  async function note(): Promise<void> {
    const length = writer.given
    if (length <= noted.length) return
    const sha256 = noteOf(hash)
    // Awaited once the disk is done.
    sha256.catch(() => undefined)
    // The bytes are on the disk before the note that promises them.
    await writer.settle()
    await file.datasync()
    const next = { ...noted, length, sha256: await sha256 }
    await writeNote(path, next)
    noted = next
  }

  /** The download goes on meanwhile: a disk that is slower than the network has fewer notes, and a short flush at the end. */
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
    // A handle that is closed already stays closed.
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
      // Over by now; what it failed of is told here.
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
        // A disk that takes no more has the last note still.
      }
      await close()
      if (noted.length === 0 || !(await freePartial(place, path)))
        await rm(path, { recursive: true, force: true }).catch(() => undefined)
    },

    discard,
    end: hash.end,
  }
}

/** Bytes that a partial file takes on the disk, and when it was last written. */
export async function measurePartial(path: string): Promise<{ size: number; usedAt: number }> {
  const found = await stat(bytesOf(path)).catch(() => null)
  return { size: found?.size ?? 0, usedAt: found?.mtimeMs ?? 0 }
}
