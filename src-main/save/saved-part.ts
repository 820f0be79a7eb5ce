import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { driveIdentity, type DriveIdentity } from '../../src-shared/drive.ts'
import { findSameDrive } from '../../src-shared/same-drive.ts'
import { readSmallFile, replaceFile } from '../files/regular-file.ts'
import { claimPartial, findPartials, freePartial, ownPath, type PartialPlace } from '../image/cache/partial-place.ts'
import { pieceAlignment } from '../memory/piece.ts'

const bytes = z.number().int().min(0)

const savedNote = z
  .object({
    drive: driveIdentity,
    /** Size of the whole image, in bytes. */
    size: bytes,
    /** Number of bytes of the image that the file has. */
    length: bytes,
    /** Size of the file with these bytes. Compressed members or frames end there. */
    stored: bytes,
  })
  .refine(({ size, length }) => length === size || (length < size && length % pieceAlignment === 0))
/** The part of a drive that was saved, as noted beside the bytes. */
export type SavedNote = z.infer<typeof savedNote>

/** Maximum size of a note, in bytes. */
const maxNote = 64 * 1024

/** The unfinished file of an image, in a directory that only this job uses. */
export interface SavedPart {
  readonly path: string
  readonly file: FileHandle
  readonly found: SavedNote
  note(length: number, stored: number): Promise<void>
  /**
   * Leaves the file for the next job, under a name without this process.
   * @returns the directory; null if there are too many already
   */
  release(): Promise<string | null>
  remove(): Promise<void>
}

/** Saved parts have another name than the parts of downloads, which have another note. */
const placeOf = (output: string): PartialPlace => ({ directory: dirname(output), name: `${basename(output)}.save` })
const bytesIn = (directory: string) => join(directory, 'bytes')
const noteIn = (directory: string) => join(directory, 'note.json')

/**
 * Continues the longest part of a drive that was saved for a file, or begins one. What another job
 * is saving, or saved of another drive, is left alone.
 * @throws the errors of the system
 */
export async function takeSavedPart(output: string, drive: DriveIdentity, size: number): Promise<SavedPart> {
  const place = placeOf(output)
  for (const found of await findParts(place, drive, size)) {
    const own = await claimPartial(place, found)
    if (own === null) continue
    const note = await readNote(own)
    const file = await open(bytesIn(own), 'r+').catch(() => null)
    if (file !== null && note !== null && (await file.stat()).size >= note.stored)
      return work(place, own, file, { ...note, drive })
    await file?.close()
    await rm(own, { recursive: true, force: true })
  }
  const own = await ownPath(place)
  await mkdir(own)
  try {
    return work(place, own, await open(bytesIn(own), 'wx+'), { drive, size, length: 0, stored: 0 })
  } catch (error) {
    await rm(own, { recursive: true, force: true })
    throw error
  }
}

/** Returns the directories of the parts of a drive that no process is writing, longest first. */
async function findParts(place: PartialPlace, drive: DriveIdentity, size: number): Promise<string[]> {
  const free = (await findPartials(place.directory)).filter(({ name, taken }) => name === place.name && !taken)
  const noted = await Promise.all(free.map(async ({ path }) => ({ path, note: await readNote(path) })))
  return noted
    .flatMap(({ path, note }) =>
      note?.size === size && findSameDrive([{ identity: drive }], note.drive) ? [{ path, length: note.length }] : [],
    )
    .toSorted((a, b) => b.length - a.length)
    .map(({ path }) => path)
}

async function readNote(directory: string): Promise<SavedNote | null> {
  try {
    return savedNote.parse(JSON.parse((await readSmallFile(noteIn(directory), maxNote)).toString('utf8')))
  } catch {
    return null
  }
}

const work = (place: PartialPlace, own: string, file: FileHandle, found: SavedNote): SavedPart => ({
  path: bytesIn(own),
  file,
  found,
  note: (length, stored) =>
    replaceFile(noteIn(own), JSON.stringify({ ...found, length, stored } satisfies SavedNote), 0o600),
  async release() {
    await file.close().catch(() => undefined)
    if (await freePartial(place, own)) return join(place.directory, `${place.name}.partial`)
    await rm(own, { recursive: true, force: true })
    return null
  },
  async remove() {
    await file.close().catch(() => undefined)
    await rm(own, { recursive: true, force: true })
  },
})
