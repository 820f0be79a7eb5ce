import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { plain } from '../../../src-shared/plain.ts'
import { readSmallFile } from '../../files/regular-file.ts'
import { bytesOf } from './partial-file.ts'
import { readNote } from './partial-note.ts'
import { claimPartial, findPartials } from './partial-place.ts'

/** One image of the cache, or a part of one. */
export interface KeptImage {
  path: string
  sha256: string
  whole: boolean
  /** Bytes on the disk. */
  size: number
  /** Bytes of the whole image; null when nobody knows. */
  total: number | null
  /** Milliseconds since the epoch. */
  usedAt: number
  /** The file name by which it was fetched, when it is known. */
  name: string | null
  /** A part that somebody writes, or an image that this process reads. */
  inUse: boolean
}

/** Images that this process reads: how many times each. */
const held = new Map<string, number>()

/** Keeps an image from being removed by this process. @returns what ends it */
export function holdImage(path: string): () => void {
  held.set(path, (held.get(path) ?? 0) + 1)
  return () => {
    const left = held.get(path)! - 1
    if (left === 0) held.delete(path)
    else held.set(path, left)
  }
}

const isSha256 = (name: string) => /^[0-9a-f]{64}$/.test(name)

/** What a directory of the cache holds, what was used last first. */
export async function listImages(directory: string): Promise<KeptImage[]> {
  const [names, partials] = await Promise.all([readdir(directory).catch(() => []), findPartials(directory)])
  const wholes = names.filter(isSha256).map(async (sha256): Promise<KeptImage | null> => {
    const path = join(directory, sha256)
    const [found, name] = await Promise.all([lstat(path).catch(() => null), readName(path)])
    if (found === null || !found.isFile()) return null
    const { size, mtimeMs: usedAt } = found
    return { path, sha256, whole: true, size, total: size, usedAt, name, inUse: held.has(path) }
  })
  const parts = partials.map(async ({ path, name: sha256, taken }): Promise<KeptImage | null> => {
    const [found, note] = await Promise.all([lstat(bytesOf(path)).catch(() => null), readNote(path)])
    const common = { path, sha256, whole: false, inUse: taken }
    const { size, mtimeMs: usedAt } = found ?? { size: 0, mtimeMs: 0 }
    return { ...common, size, usedAt, total: note?.total ?? null, name: note?.name ?? null }
  })
  const kept = await Promise.all([...wholes, ...parts])
  return kept.filter((image) => image !== null).sort((a, b) => b.usedAt - a.usedAt)
}

/** Files that stand beside an image. */
export const signatureBeside = (path: string): string => `${path}.sig`
export const nameBeside = (path: string): string => `${path}.name`

const readName = (path: string): Promise<string | null> =>
  readSmallFile(nameBeside(path), 4096).then(
    (name) => plain(name.toString('utf8')) || null,
    () => null,
  )

/** Removes an image or a part, unless somebody began to write it. A file that the system does not let go stays. */
export async function removeImage({ path, sha256, whole }: KeptImage, directory: string): Promise<boolean> {
  const paths = whole
    ? [path, signatureBeside(path), nameBeside(path)]
    : [await claimPartial({ directory, name: sha256 }, path)]
  const removed = await Promise.all(
    paths.map((each) =>
      each === null
        ? false
        : rm(each, { recursive: true, force: true }).then(
            () => true,
            () => false,
          ),
    ),
  )
  return removed[0]!
}

/**
 * Removes what was used longest ago until the rest is no larger than the limit. Parts count, too.
 * @param limit bytes
 * @param justKept is not removed
 */
export async function makeRoom(directory: string, limit: number, justKept: string): Promise<void> {
  const images = await listImages(directory)
  let total = images.reduce((sum, { size }) => sum + size, 0)
  for (const image of images.toReversed()) {
    if (total <= limit) return
    if (image.inUse || image.sha256 === justKept) continue
    if (await removeImage(image, directory)) total -= image.size
  }
}

/** Removes all that nobody uses, and whatever else lies there. */
export async function clearImages(directory: string): Promise<{ removed: KeptImage[]; left: KeptImage[] }> {
  const removed: KeptImage[] = []
  const left: KeptImage[] = []
  for (const image of await listImages(directory))
    if (image.inUse || !(await removeImage(image, directory))) left.push(image)
    else removed.push(image)
  const kept = new Set(left.map(({ path }) => path))
  for (const name of await readdir(directory).catch(() => [])) {
    const [, path = ''] = /^(.*)\.(?:sig|name)$/.exec(join(directory, name)) ?? []
    // One that just came is whole and its own.
    if (path !== '' && !kept.has(path) && (await lstat(path).catch(() => null)) === null)
      await rm(join(directory, name), { force: true }).catch(() => undefined)
  }
  return { removed, left }
}
