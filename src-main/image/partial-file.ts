import { createHash, type Hash } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { readNote, writeNote, type PartialNote } from './partial-note.ts'
import { claimPartial, findPartials, freePartial, ownPath, type PartialPlace } from './partial-place.ts'
import { isConfirmed, type Version } from './source.ts'
import { createWriteBehind } from './write-behind.ts'

/** The bytes that a job has seen, and a running hash of them that it does not use itself. */
export interface SeenBytes {
  size: number
  hash: Hash
}

/** The part of a file that is at hand, while one job adds to it. Whatever its methods throw is the disk's. */
export interface PartialFile {
  /** Bytes that were at hand when it was taken. */
  readonly held: number
  /** Those bytes. @throws source-changed */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>
  append(bytes: Uint8Array): Promise<void>
  /** Call it now and then: notes what is at hand, once in a while. It is no more than what was seen. */
  noteSometimes(seen: () => SeenBytes): Promise<void>
  /** The file is whole: gives it its place. What throws here can still be released or discarded. */
  complete(path: string): Promise<void>
  /** Leaves it to the next job. @param seen null: nothing of it was read */
  release(seen: (() => SeenBytes) | null): Promise<void>
  discard(): Promise<void>
}

export interface PartialWanted {
  url: string
  /** File name for people. */
  name: string
  /** What the server says of the file now. */
  version: Version
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
const readSize = 1024 * 1024

/**
 * Takes up the largest partial file of that address, or starts one. What is at hand counts only when the server confirms
 * that the file is still the same, and the bytes still have the hash that was noted.
 */
export async function takePartial(
  place: PartialPlace,
  wanted: PartialWanted,
  check: PartialCheck,
): Promise<PartialFile> {
  await mkdir(place.directory, { recursive: true })
  for (const found of await findCandidates(place, wanted.url)) {
    const path = await claimPartial(place, found)
    if (path === null) continue
    const revived = await revive(path, wanted.version, check).catch(async (error: unknown) => {
      // Whoever is interrupted here leaves it as it was.
      if (check.signal.aborted) await freePartial(place, path)
      throw error
    })
    if (revived !== null) return workOn(place, path, revived.file, revived.note)
    await rm(path, { recursive: true, force: true })
  }
  const path = await ownPath(place)
  await mkdir(path)
  const { etag, lastModified, total } = wanted.version
  const note = { url: wanted.url, name: wanted.name, etag, lastModified, total, length: 0, sha256: digest(null) }
  try {
    await writeNote(path, note)
    return workOn(place, path, await open(bytesOf(path), 'wx+'), note)
  } catch (error) {
    await rm(path, { recursive: true, force: true })
    throw error
  }
}

export const bytesOf = (path: string): string => join(path, 'bytes')
const digest = (hash: Hash | null): string => (hash ?? createHash('sha256')).digest('hex')

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
async function revive(
  path: string,
  version: Version,
  { signal, start, advance, damaged }: PartialCheck,
): Promise<{ file: FileHandle; note: PartialNote } | null> {
  const note = await readNote(path)
  if (note === null || note.length === 0 || !isConfirmed(note, version)) return null
  const file = await openOwn(bytesOf(path)).catch(() => null)
  try {
    start(note.length)
    if (file !== null && (await file.stat()).size >= note.length) {
      await file.truncate(note.length)
      const hash = createHash('sha256')
      for await (const bytes of readUpTo(file, 0, note.length, signal)) {
        hash.update(bytes)
        advance(bytes.length)
      }
      if (digest(hash) === note.sha256) return { file, note }
    }
  } catch (error) {
    await file?.close().catch(() => undefined)
    if (signal.aborted) throw error
    damaged()
    return null
  }
  await file?.close().catch(() => undefined)
  damaged()
  return null
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

/** @throws source-changed when there are fewer bytes */
async function* readUpTo(file: FileHandle, from: number, to: number, signal: AbortSignal | null) {
  for (let position = from; position < to;) {
    signal?.throwIfAborted()
    // A new buffer each time: whoever takes bytes may keep them, or give them to another thread.
    const bytes = new Uint8Array(Math.min(readSize, to - position))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, position)
    if (bytesRead === 0) throw new KindlingError('source-changed', { source: say('kept-part') })
    position += bytesRead
    yield bytes.subarray(0, bytesRead)
  }
}

function workOn(place: PartialPlace, path: string, file: FileHandle, taken: PartialNote): PartialFile {
  let noted = taken
  let noting = Promise.resolve()
  let isNoting = false
  let missed: SeenBytes | null = null
  let nextNote = taken.length + firstNote
  let isOpen = true
  const writer = createWriteBehind(file, taken.length)

  async function store(length: number, hash: Hash): Promise<void> {
    const note = { ...noted, length, sha256: digest(hash) }
    await writeNote(path, note)
    noted = note
  }

  /** The download goes on meanwhile: a disk that is slower than the network has fewer notes, and a short flush at the end. */
  async function makeNotes(first: SeenBytes): Promise<void> {
    isNoting = true
    try {
      for (let seen: typeof missed = first; seen !== null && isOpen;) {
        missed = null
        const { size, hash } = seen
        if (size <= noted.length) return
        nextNote = size + Math.min(Math.max(size, firstNote), noteInterval)
        // The bytes are on the disk before the note that promises them.
        await writer.flush()
        await file.datasync()
        await store(size, hash)
        seen = missed
      }
    } finally {
      isNoting = false
    }
  }

  async function close(): Promise<void> {
    isOpen = false
    await noting.catch(() => undefined)
    await file.close().catch(() => undefined)
  }

  async function discard(): Promise<void> {
    if (!isOpen) return
    await writer.flush().catch(() => undefined)
    await close()
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }

  return {
    held: taken.length,
    read: (signal) => readUpTo(file, 0, taken.length, signal),
    append: (bytes) => writer.push(bytes),

    async noteSometimes(seen) {
      if (writer.position < nextNote) return
      if (isNoting) missed = seen()
      else {
        // Over by now; what it failed of is told here.
        await noting
        noting = makeNotes(seen())
        noting.catch(() => undefined)
      }
    },

    async complete(whole) {
      await writer.flush()
      await noting
      await file.sync()
      await close()
      try {
        await rename(bytesOf(path), whole)
      } catch (error) {
        await freePartial(place, path)
        throw error
      }
      await rm(path, { recursive: true, force: true }).catch(() => undefined)
      await removeCandidates(place, taken.url)
    },

    async release(seen) {
      if (!isOpen) return
      try {
        await writer.flush()
        await noting
        const { size, hash } = seen?.() ?? { size: 0, hash: null }
        if (hash !== null && size > noted.length) {
          // What was fetched ahead of whoever hashes.
          for await (const bytes of readUpTo(file, size, writer.position, null)) hash.update(bytes)
          await store(writer.position, hash)
        }
      } catch {
        // A disk that takes no more has the last note still.
      }
      await close()
      if (noted.length === 0 || !(await freePartial(place, path)))
        await rm(path, { recursive: true, force: true }).catch(() => undefined)
    },

    discard,
  }
}

/** Bytes that a partial file takes on the disk, and when it was last written. */
export async function measurePartial(path: string): Promise<{ size: number; usedAt: number }> {
  const found = await stat(bytesOf(path)).catch(() => null)
  return { size: found?.size ?? 0, usedAt: found?.mtimeMs ?? 0 }
}
