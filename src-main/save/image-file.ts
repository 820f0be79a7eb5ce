import * as zlib from 'node:zlib'
import type { Transform } from 'node:stream'
import type { DriveIdentity } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { say, PhraseError } from '../../src-shared/phrases.ts'
import { outputFailed } from '../files/output-failed.ts'
import { putInPlace } from '../files/regular-file.ts'
import type { Extent } from '../write/extent.ts'
import { createCompressedBody } from './compressed-body.ts'
import type { ImageBody, Packing } from './image-body.ts'
import { createRawBody } from './raw-body.ts'
import { takeSavedPart, type SavedPart } from './saved-part.ts'

/** A file that an image is written to. It has its final name only when it is finished. */
export interface ImageFile extends Pick<ImageBody, 'holdsNext' | 'keepFirst' | 'write'> {
  /** Name of the file until it is finished. */
  readonly unfinished: string
  /** Number of bytes of the image that an earlier job saved. */
  readonly held: number
  /**
   * Writes the rest.
   * @returns size and hash of the file as it is; null if it is the image itself
   */
  end(): Promise<{ size: number; sha256: string } | null>
  /**
   * Flushes the file and gives it its final name.
   * @throws output-exists
   */
  putInPlace(): Promise<void>
  /**
   * Leaves the unfinished file for the next job.
   * @returns its place; null if there was nothing to leave
   */
  leave(): Promise<string | null>
  /** Removes the unfinished file, if there is one. */
  discard(): Promise<void>
}

/** Names of images in formats that Kindling does not write. */
const otherFormat = /\.(xz|bz2|lz4|lzma|zip|7z|qcow2|vmdk|vhdx?|vdi)$/i

/** `createZstdCompress` exists since Node 22.15. */
const { createZstdCompress } = zlib as { createZstdCompress?: (options: object) => Transform }
/** ZSTD_c_checksumFlag of zstd.h. */
const zstdChecksum = 201

/**
 * Returns the compression that a name asks for; null for a raw image.
 * @throws output-failed for a compression that this program cannot make
 */
export function chooseCompression(path: string): Packing | null {
  const other = otherFormat.exec(path)
  if (other !== null) throw outputFailed(path, new PhraseError(say('format-unwritten', { extension: other[0] })))
  if (/\.gz$/i.test(path)) return { compression: 'gz', start: () => zlib.createGzip() }
  if (!/\.zst$/i.test(path)) return null
  if (createZstdCompress === undefined) throw outputFailed(path, new PhraseError(say('zst-unwritten')))
  return { compression: 'zst', start: () => createZstdCompress({ params: { [zstdChecksum]: 1 } }) }
}

/**
 * Number of bytes of the image between two checkpoints. A compressed file can be continued only
 * behind a whole member or frame. RFC 1952 (2.2) and RFC 8878 (3.) allow several of them in a file.
 */
const checkpointInterval = 256 * 1024 * 1024

export interface ImageFileOptions {
  drive: DriveIdentity
  /** Size of the image, in bytes. */
  size: number
  /** Whether it may replace a file of its name. */
  replace: boolean
}

/**
 * Opens the file of an image, with the part that an earlier job saved of the same drive.
 * @param packing – from `chooseCompression`
 * @throws output-failed, as all methods do
 */
export async function openImageFile(
  path: string,
  packing: Packing | null,
  { drive, size, replace }: ImageFileOptions,
): Promise<ImageFile> {
  const part = await takeSavedPart(path, drive, size).catch((error: unknown) => {
    throw outputFailed(path, error)
  })
  const { file, found } = part
  const body = packing === null ? createRawBody(file, found.length) : createCompressedBody(file, packing, found)
  return new UnfinishedFile(path, part, body, replace)
}

class UnfinishedFile implements ImageFile {
  readonly unfinished: string
  readonly held: number
  readonly #path: string
  readonly #part: SavedPart
  readonly #body: ImageBody
  readonly #replace: boolean
  #length: number
  /** Number of bytes of the image that the last checkpoint covers. */
  #covered: number
  /**
   * The file is compared with the drive, then written, then ended. A file that is only compared, or
   * is whole, is left as it is.
   */
  #state: 'compared' | 'written' | 'ended' | 'gone'

  constructor(path: string, part: SavedPart, body: ImageBody, replace: boolean) {
    this.unfinished = part.path
    this.held = part.found.length
    this.#path = path
    this.#part = part
    this.#body = body
    this.#replace = replace
    this.#length = this.held
    this.#covered = this.held
    this.#state = this.held > 0 ? 'compared' : 'written'
  }

  holdsNext(bytes: Uint8Array, gaps: readonly Extent[]): Promise<boolean> {
    return this.#named(this.#body.holdsNext(bytes, gaps))
  }

  async keepFirst(length: number): Promise<number> {
    this.#state = 'written'
    this.#length = await this.#named(this.#body.keepFirst(length))
    this.#covered = this.#length
    return this.#length
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#named(this.#body.write(bytes))
    this.#length += bytes.length
    if (this.#length - this.#covered >= checkpointInterval) await this.#named(this.#checkpoint())
  }

  async end(): Promise<{ size: number; sha256: string } | null> {
    const stored = await this.#named(this.#checkpoint())
    this.#state = 'ended'
    const sha256 = this.#body.digest()
    return sha256 === null ? null : { size: stored, sha256 }
  }

  async putInPlace(): Promise<void> {
    await this.#named(putInPlace(this.#part.file, this.#part.path, this.#path, { replace: this.#replace }))
    this.#state = 'gone'
    await this.#part.remove().catch(() => undefined)
  }

  async leave(): Promise<string | null> {
    const state = this.#state
    if (state === 'gone') return null
    this.#state = 'gone'
    // A full disk has no room for the rest of a member. The last checkpoint stays.
    if (state === 'written' && this.#length > 0) await this.#checkpoint().catch(() => undefined)
    await this.#body.stop()
    if (this.#covered > 0) return this.#part.release().catch(() => null)
    await this.#part.remove()
    return null
  }

  async discard(): Promise<void> {
    if (this.#state === 'gone') return
    this.#state = 'gone'
    await this.#body.stop()
    await this.#part.remove()
  }

  /** Writes a checkpoint of all bytes. Returns the size of the file. */
  async #checkpoint(): Promise<number> {
    const { length, stored } = await this.#body.finish()
    await this.#part.writeCheckpoint(length, stored)
    this.#covered = length
    return stored
  }

  /** Turns an error of the system into the failure of this file. */
  #named<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      throw error instanceof KindlingError ? error : outputFailed(this.#path, error)
    })
  }
}
