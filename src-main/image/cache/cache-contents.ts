import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { plain } from '../../../src-shared/plain.ts'
import { readSmallFile } from '../../files/regular-file.ts'
import { readCheckpoint } from './checkpoint.ts'
import { bytesPath, claimPartial, findPartials } from './partial-place.ts'

/** An image in the cache, complete or partial. */
export interface KeptImage {
  path: string
  sha256: string
  whole: boolean
  /** Size on the disk, in bytes. */
  size: number
  /** Size of the complete image, in bytes; null if it is unknown. */
  total: number | null
  /** Time of the last use, in milliseconds since the epoch. */
  usedAt: number
  /** File name under which the image was downloaded; null if it is unknown. */
  name: string | null
  /** True for a part that a process is writing, or an image that this process is reading. */
  inUse: boolean
}

/** Reference counts of the images that this process is reading, by path. */
const held = new Map<string, number>()

/**
 * Prevents this process from removing an image.
 * @returns a function that allows it again
 */
export function holdImage(path: string): () => void {
  held.set(path, (held.get(path) ?? 0) + 1)
  return () => {
    const left = held.get(path)! - 1
    if (left === 0) held.delete(path)
    else held.set(path, left)
  }
}

const isSha256 = (name: string) => /^[0-9a-f]{64}$/.test(name)

/** Lists the images in a directory of the cache, the most recently used first. */
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
    const [found, note] = await Promise.all([lstat(bytesPath(path)).catch(() => null), readCheckpoint(path)])
    const common = { path, sha256, whole: false, inUse: taken }
    const { size, mtimeMs: usedAt } = found ?? { size: 0, mtimeMs: 0 }
    return { ...common, size, usedAt, total: note?.total ?? null, name: note?.name ?? null }
  })
  const kept = await Promise.all([...wholes, ...parts])
  return kept.filter((image) => image !== null).sort((a, b) => b.usedAt - a.usedAt)
}

/** Paths of the files beside an image: its signature and its display name. */
export const signatureBeside = (path: string): string => `${path}.sig`
export const nameBeside = (path: string): string => `${path}.name`

const readName = (path: string): Promise<string | null> =>
  readSmallFile(nameBeside(path), 4096).then(
    (name) => plain(name.toString('utf8')) || null,
    () => null,
  )

/**
 * Removes an image or a part, unless a process has begun to write the part. A file that the system
 * refuses to remove stays.
 * @returns true if the image or the part was removed
 */
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
 * Removes the least recently used images until the rest fits into the limit. Parts count too.
 * @param limit – maximum size of the cache, in bytes
 * @param justKept – sha256 of the image that must stay
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

/** Removes all images and parts that are not in use, and signatures and names without an image. */
export async function clearImages(directory: string): Promise<{ removed: KeptImage[]; left: KeptImage[] }> {
  const removed: KeptImage[] = []
  const left: KeptImage[] = []
  for (const image of await listImages(directory))
    if (image.inUse || !(await removeImage(image, directory))) left.push(image)
    else removed.push(image)
  const kept = new Set(left.map(({ path }) => path))
  for (const name of await readdir(directory).catch(() => [])) {
    const [, path = ''] = /^(.*)\.(?:sig|name)$/.exec(join(directory, name)) ?? []
    // An image that was stored in the meantime is complete and keeps its files.
    if (path !== '' && !kept.has(path) && (await lstat(path).catch(() => null)) === null)
      await rm(join(directory, name), { force: true }).catch(() => undefined)
  }
  return { removed, left }
}
