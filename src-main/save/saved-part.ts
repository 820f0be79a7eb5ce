import { open, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { driveIdentity, type DriveIdentity } from '../../src-shared/drive.ts'
import { findSameDrive } from '../../src-shared/same-drive.ts'
import { readSmallFile, replaceFile } from '../files/regular-file.ts'
import {
  bytesPath,
  claimPartial,
  findPartials,
  freePartial,
  makePartial,
  openPartialBytes,
  type PartialPlace,
} from '../image/cache/partial-place.ts'
import { pieceAlignment } from '../memory/piece.ts'

const bytes = z.number().int().min(1)

const savedCheckpoint = z
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
/** Checkpoint of the saved part of a drive, stored beside its bytes. */
export type SavedCheckpoint = z.infer<typeof savedCheckpoint>

/** Maximum size of a checkpoint, in bytes. */
const maxCheckpoint = 64 * 1024

/** The unfinished file of an image, in a directory that only this job uses. */
export interface SavedPart {
  readonly path: string
  readonly file: FileHandle
  /** Number of bytes of the image, and size of the file, that an earlier job saved. */
  readonly found: Pick<SavedCheckpoint, 'length' | 'stored'>
  writeCheckpoint(length: number, stored: number): Promise<void>
  /**
   * Leaves the file for the next job, under a name without this process.
   * @returns the directory; null if there are too many already
   */
  release(): Promise<string | null>
  remove(): Promise<void>
}

/** Saved parts have another name than the parts of downloads, which have another checkpoint. */
const placeOf = (output: string): PartialPlace => ({ directory: dirname(output), name: `${basename(output)}.save` })
const checkpointIn = (directory: string) => join(directory, 'note.json')

/**
 * Continues the longest part of a drive that was saved for a file, or begins one. Parts of another
 * drive, of another user and of a running job are left alone.
 * @throws the errors of the system
 */
export async function takeSavedPart(output: string, drive: DriveIdentity, size: number): Promise<SavedPart> {
  const place = placeOf(output)
  for (const found of await findParts(place, drive)) {
    const own = found.size === size ? await claimPartial(place, found.path) : null
    if (own === null) continue
    const checkpoint = await readCheckpoint(own)
    const file = await openPartialBytes(own)
    if (file !== null && checkpoint !== null && (await file.stat()).size >= checkpoint.stored)
      return openPart(place, own, file, { ...checkpoint, drive })
    await file?.close()
    await rm(own, { recursive: true, force: true })
  }
  const own = await makePartial(place)
  try {
    return openPart(place, own, await open(bytesPath(own), 'wx+'), { drive, size, length: 0, stored: 0 })
  } catch (error) {
    await rm(own, { recursive: true, force: true })
    throw error
  }
}

/**
 * Removes the parts of a drive that were saved for a file, once the file has all that they hold.
 * Longer ones, those of another drive, of another user and of a running job are left alone.
 * @param size – size of the image in the file
 * @throws the errors of the system
 */
export async function removeSavedParts(output: string, drive: DriveIdentity, size: number): Promise<void> {
  const place = placeOf(output)
  for (const { path, length } of await findParts(place, drive)) {
    const own = length <= size ? await claimPartial(place, path) : null
    if (own !== null) await rm(own, { recursive: true, force: true })
  }
}

/** Returns the parts of a drive that no process is writing, longest first. */
async function findParts(place: PartialPlace, drive: DriveIdentity) {
  const free = (await findPartials(place.directory)).filter(({ name, taken }) => name === place.name && !taken)
  const parts = await Promise.all(free.map(async ({ path }) => ({ path, checkpoint: await readCheckpoint(path) })))
  return parts
    .flatMap(({ path, checkpoint }) =>
      checkpoint !== null && findSameDrive([{ identity: drive }], checkpoint.drive)
        ? [{ path, size: checkpoint.size, length: checkpoint.length }]
        : [],
    )
    .toSorted((a, b) => b.length - a.length)
}

async function readCheckpoint(directory: string): Promise<SavedCheckpoint | null> {
  try {
    const text = (await readSmallFile(checkpointIn(directory), maxCheckpoint)).toString('utf8')
    return savedCheckpoint.parse(JSON.parse(text))
  } catch {
    return null
  }
}

const openPart = (place: PartialPlace, own: string, file: FileHandle, found: SavedCheckpoint): SavedPart => ({
  path: bytesPath(own),
  file,
  found,
  writeCheckpoint: (length, stored) =>
    replaceFile(checkpointIn(own), JSON.stringify({ ...found, length, stored } satisfies SavedCheckpoint), 0o600),
  async release() {
    await file.close().catch(() => undefined)
    const free = await freePartial(place, own)
    if (free === null) await rm(own, { recursive: true, force: true })
    return free
  },
  async remove() {
    await file.close().catch(() => undefined)
    await rm(own, { recursive: true, force: true })
  },
})
