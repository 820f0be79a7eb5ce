import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning, ownIdentity } from '../../files/process-identity.ts'

/**
 * Where the partial files of an image lie: directories with its name, each with the bytes and their note. Who writes one
 * stands in its name, so that taking it is one rename, which only one of many can do, and a lock dies with its process:
 * `<name>.<pid>-<start>-<number>.partial` is somebody's, `<name>.partial` and `<name>.2.partial` are free.
 */
export interface PartialPlace {
  directory: string
  name: string
}

export interface FoundPartial {
  path: string
  /** What it is a part of. */
  name: string
  /** A process that still runs writes it. */
  taken: boolean
  /** A process that is no more wrote it. */
  orphaned: boolean
}

const pattern = /^(.+?)\.(?:(\d+-\d+)-\d+\.|\d+\.)?partial$/

/** All partial files of a directory. */
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

/** A path that is nobody else's while this process runs. */
export const ownPath = async ({ directory, name }: PartialPlace): Promise<string> =>
  join(directory, `${name}.${await ownIdentity()}-${++taken}.partial`)

/** Makes a free partial one's own. Null when somebody else was faster. */
export async function claimPartial(place: PartialPlace, path: string): Promise<string | null> {
  const own = await ownPath(place)
  return rename(path, own).then(
    () => own,
    () => null,
  )
}

/** More are not needed: each was left by a job of its own. */
const mostFree = 9

/** Lets others have it. @returns false when there are too many already */
export async function freePartial({ directory, name }: PartialPlace, own: string): Promise<boolean> {
  for (let number = 1; number <= mostFree; number++) {
    const path = join(directory, number === 1 ? `${name}.partial` : `${name}.${number}.partial`)
    // A directory that is not empty is never replaced (rename(2): ENOTEMPTY).
    const freed = await rename(own, path).then(
      () => true,
      () => false,
    )
    if (freed) return true
  }
  return false
}
