import * as zlib from 'node:zlib'
import type { Transform } from 'node:stream'
import type { DriveIdentity } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { say, PhraseError } from '../../src-shared/phrases.ts'
import { outputFailed } from '../files/output-failed.ts'
import { putInPlace } from '../files/regular-file.ts'
import { createCompressedBody } from './compressed-body.ts'
import { createRawBody } from './raw-body.ts'
import { takeSavedPart } from './saved-part.ts'

/** The content of a file that an image is written to, in order. The methods throw system errors. */
export interface ImageBody {
  /**
   * Compares the next bytes of the image with those that an earlier job saved. Called in order,
   * with at most `held` bytes together.
   * @returns false if they differ, or if the file is damaged
   */
  holdsNext(bytes: Uint8Array): Promise<boolean>
  /**
   * Ends the comparison. The file keeps at most this many bytes of the image.
   * @returns the number that it keeps; writing continues there
   */
  keepFirst(length: number): Promise<number>
  /** Writes the next bytes of the image. They must not change until the promise resolves. */
  write(bytes: Uint8Array): Promise<void>
  /** Writes what is left. Returns the number of bytes of the image, and the size of the file. */
  finish(): Promise<{ length: number; stored: number }>
  /** Returns the hash of the whole file; null if it is the image itself. */
  digest(): string | null
  stop(): void
}

/** A file that an image is written to. It has its final name only when it is finished. */
export interface ImageFile extends Pick<ImageBody, 'holdsNext' | 'keepFirst' | 'write'> {
  /** Name of the file until it is finished. */
  readonly unfinished: string
  /** Number of bytes of the image that an earlier job saved. */
  readonly held: number
  /**
   * Writes what is left.
   * @returns size and hash of the file as it is; null if it is the image itself
   */
  end(): Promise<{ size: number; sha256: string } | null>
  /** Flushes the file and gives it its final name. */
  putInPlace(): Promise<void>
  /**
   * Leaves the unfinished file for the next job.
   * @returns its place; null if there was nothing to leave
   */
  leave(): Promise<string | null>
  /** Removes the unfinished file, if there is one. */
  discard(): Promise<void>
}

/** Compression of an image file. */
export interface Packing {
  compression: 'gz' | 'zst'
  start(): Transform
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
 * Number of bytes of the image between two notes. What is compressed can be continued only behind a
 * whole member or frame. RFC 1952 (2.2) and RFC 8878 (3.) allow several of them in one file.
 */
const noteInterval = 256 * 1024 * 1024

/**
 * Opens the file of an image, with what an earlier job saved of the same drive.
 * @param packing – from `chooseCompression`
 * @param size – of the image, in bytes
 * @throws output-failed, as all methods do
 */
export async function openImageFile(
  path: string,
  packing: Packing | null,
  { drive, size, interval = noteInterval }: { drive: DriveIdentity; size: number; interval?: number },
): Promise<ImageFile> {
  const worded = (error: unknown): never => {
    throw error instanceof KindlingError ? error : outputFailed(path, error)
  }
  const part = await takeSavedPart(path, drive, size).catch(worded)
  const { file, found } = part
  const body = packing === null ? createRawBody(file, found.length) : createCompressedBody(file, packing, found.stored)
  let notedAt = found.length
  let length = found.length
  let isThere = true
  const note = async () => {
    const now = await body.finish()
    await part.note(now.length, now.stored)
    notedAt = now.length
  }
  return {
    unfinished: part.path,
    held: found.length,
    holdsNext: (bytes) => body.holdsNext(bytes).catch(worded),
    async keepFirst(wanted) {
      length = await body.keepFirst(wanted).catch(worded)
      notedAt = length
      return length
    },
    async write(bytes) {
      await body.write(bytes).catch(worded)
      length += bytes.length
      if (length - notedAt >= interval) await note().catch(worded)
    },
    async end() {
      const { stored } = await body.finish().catch(worded)
      const sha256 = body.digest()
      return sha256 === null ? null : { size: stored, sha256 }
    },
    async putInPlace() {
      // Whether another file may be replaced was decided before.
      await putInPlace(file, part.path, path).catch(worded)
      isThere = false
      await part.remove()
    },
    async leave() {
      if (!isThere) return null
      isThere = false
      try {
        // A full disk has no room for the rest of a member. What was noted before stays.
        await note().catch(() => body.stop())
        if (notedAt > 0) return await part.release()
      } catch {
        body.stop()
      }
      await part.remove()
      return null
    },
    async discard() {
      if (!isThere) return
      isThere = false
      body.stop()
      await part.remove()
    },
  }
}
