import { lstat, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../../ports.ts'
import { readSmallFile, replaceFile } from '../../files/regular-file.ts'
import { nameBeside, signatureBeside } from './cache-contents.ts'
import type { PartialFile } from './partial-file.ts'
import type { PartialPlace } from './partial-place.ts'

/** Bytes, of a signature that was kept. */
const maxSignature = 64 * 1024

/**
 * Downloaded images, named by the sha256 that was promised for them. A file has its final name only after every proof
 * of it held, so that name is the claim; whoever uses it hashes it again all the same. Two programs may use it at once:
 * all that stays is made elsewhere and put in its place by a rename.
 */
export interface ImageCache {
  readonly directory: string
  /** Path of an image, or null. */
  find(sha256: string): Promise<string | null>
  /** The signature that an image came with, or null. It proves nothing until it is checked again. */
  findSignature(sha256: string): Promise<Uint8Array | null>
  /** Where the parts of an image are. */
  partialsOf(sha256: string): PartialPlace
  /**
   * The image was proved: gives it its name. Whatever it throws is the disk's.
   * @param signature kept beside it, so that it can be proved again without its server
   * @param name by which it was fetched, for people
   */
  keep(sha256: string, partial: PartialFile, signature: Uint8Array | null, name: string): Promise<void>
  /** Forgets an image that turned out to be damaged. */
  forget(sha256: string): Promise<void>
}

export function createImageCache(ports: Pick<Ports, 'paths' | 'now'>): ImageCache {
  const directory = join(ports.paths.cache, 'images')
  const pathOf = (sha256: string) => join(directory, sha256)

  return {
    directory,

    async find(sha256) {
      const path = pathOf(sha256)
      // A link would lead to a file that is not the cache's to touch.
      const found = await lstat(path).catch(() => null)
      if (found === null || !found.isFile() || found.size === 0) return null
      const now = new Date(ports.now())
      await utimes(path, now, now).catch(() => undefined)
      return path
    },

    findSignature: (sha256) => readSmallFile(signatureBeside(pathOf(sha256)), maxSignature).catch(() => null),

    partialsOf: (sha256) => ({ directory, name: sha256 }),

    async keep(sha256, partial, signature, name) {
      const path = pathOf(sha256)
      if (signature) await replaceFile(signatureBeside(path), signature)
      await replaceFile(nameBeside(path), name).catch(() => undefined)
      await partial.complete(path)
    },

    async forget(sha256) {
      const path = pathOf(sha256)
      await Promise.all([path, signatureBeside(path), nameBeside(path)].map((each) => rm(each, { force: true })))
    },
  }
}
