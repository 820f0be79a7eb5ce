import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, rmdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning, ownIdentity } from '../../files/process-identity.ts'

/**
 * Location of an image's partial files: directories that start with its name, each with the bytes
 * and their checkpoint. The name of a directory identifies the process that writes to it. Claiming
 * a partial file is therefore a single rename, which only one of several jobs can do, and a lock
 * ends with its process. `<name>.<pid>-<start>-<number>.partial` is claimed, `<name>.partial` and
 * `<name>.2.partial` are free.
 */
export interface PartialPlace {
  directory: string
  name: string
}

export interface FoundPartial {
  path: string
  /** Name of the file that this is a part of. */
  name: string
  /** True if a running process is writing it. */
  taken: boolean
  /** True if the process that wrote it has ended. */
  orphaned: boolean
}

/** Path of the bytes of a partial file. */
export const bytesPath = (path: string): string => join(path, 'bytes')

const pattern = /^(.+?)\.(?:(\d+-\d+)-\d+\.|\d+\.)?partial$/

/** Returns all partial files of a directory. */
export async function findPartials(directory: string): Promise<FoundPartial[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  return Promise.all(
    entries.flatMap((entry) => {
      const [, name, owner] = pattern.exec(entry.name) ?? []
      return name === undefined || !entry.isDirectory() ? [] : [look(join(directory, entry.name), name, owner)]
    }),
  )
}

async function look(path: string, name: string, owner: string | undefined): Promise<FoundPartial> {
  const taken = owner !== undefined && (await isRunning(owner))
  return { path, name, taken, orphaned: owner !== undefined && !taken }
}

let taken = 0

/** Returns a path that no other job uses while this process runs. */
export const ownPath = async ({ directory, name }: PartialPlace): Promise<string> =>
  join(directory, `${name}.${await ownIdentity()}-${++taken}.partial`)

/** Makes the directory of a partial file. No other user may read or change what is in it. */
export async function makePartial(place: PartialPlace): Promise<string> {
  const path = await ownPath(place)
  await mkdir(path, { mode: 0o700 })
  return path
}

/**
 * Claims a free partial file.
 * @returns its new path; null if another job was faster, or if the file is not private
 */
export async function claimPartial(place: PartialPlace, path: string): Promise<string | null> {
  if (!(await isPrivate(place, path))) return null
  const own = await ownPath(place)
  return rename(path, own).then(
    () => own,
    () => null,
  )
}

/**
 * Returns whether a directory has the owner that one has which is made now, and gives no more write
 * permissions to others. File systems without owners and modes show the same ones everywhere.
 */
async function isPrivate(place: PartialPlace, path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null)
  if (found === null || !found.isDirectory()) return false
  const fresh = await makePartial(place)
  const made = await lstat(fresh)
  await rmdir(fresh)
  return found.uid === made.uid && (found.mode & 0o022 & ~made.mode) === 0
}

/**
 * Opens the bytes of a claimed partial file. They must be its own file: not a link, not a file with
 * a second name, not a pipe. Returns null otherwise.
 */
export async function openPartialBytes(directory: string): Promise<FileHandle | null> {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants
  // Windows has neither flag.
  const file = await open(bytesPath(directory), O_RDWR | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)).catch(() => null)
  if (file === null) return null
  const stats = await file.stat()
  if (stats.isFile() && stats.nlink === 1) return file
  await file.close()
  return null
}

/**
 * Maximum number of free partial files. More are not needed, because each was left by another job.
 */
const mostFree = 9

/**
 * Releases a claimed partial file for other jobs.
 * @returns its new path; null if there are too many free ones already
 */
export async function freePartial({ directory, name }: PartialPlace, own: string): Promise<string | null> {
  for (let number = 1; number <= mostFree; number++) {
    const path = join(directory, number === 1 ? `${name}.partial` : `${name}.${number}.partial`)
    // A directory that is not empty is never replaced (rename(2): ENOTEMPTY).
    const freed = await rename(own, path).then(
      () => true,
      () => false,
    )
    if (freed) return path
  }
  return null
}
