import { lstat, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../../ports.ts'
import { readSmallFile, replaceFile } from '../../files/regular-file.ts'
import { nameBeside, signatureBeside } from './cache-contents.ts'
import type { PartialFile } from './partial-file.ts'
import type { PartialPlace } from './partial-place.ts'
import { maxSignature } from '../source/max-signature.ts'

/**
 * Downloaded images, named by their expected sha256. A file gets its final name only after all of
 * its proofs succeeded, so the name states that the image is proved. Every user of the image hashes
 * it again nevertheless. Two programs may use the cache at once: every permanent file is written
 * elsewhere and renamed into place.
 */
export interface ImageCache {
  readonly directory: string
  /** Returns the path of an image and marks it as used now. Returns null if it is not cached. */
  find(sha256: string): Promise<string | null>
  /**
   * Returns the signature that was stored with an image, or null. It proves nothing until it is
   * verified again.
   */
  findSignature(sha256: string): Promise<Uint8Array | null>
  /** Returns the location of the image's partial files. */
  partialsOf(sha256: string): PartialPlace
  /**
   * Stores a proved image under its final name. All errors are those of the disk.
   * @param signature – stored beside the image, so that it can be proved again without its server
   * @param name – file name under which the image was downloaded, for display
   */
  keep(sha256: string, partial: PartialFile, signature: Uint8Array | null, name: string): Promise<void>
  /** Removes an image that turned out to be damaged. */
  forget(sha256: string): Promise<void>
}

export function createImageCache(ports: Pick<Ports, 'paths' | 'now'>): ImageCache {
  const directory = join(ports.paths.cache, 'images')
  const pathOf = (sha256: string) => join(directory, sha256)

  return {
    directory,

    async find(sha256) {
      const path = pathOf(sha256)
      // A link would lead to a file that is not part of the cache, so it is not followed.
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
