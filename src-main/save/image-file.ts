import { createHash } from 'node:crypto'
import { open, rm, type FileHandle } from 'node:fs/promises'
import type { Transform } from 'node:stream'
import * as zlib from 'node:zlib'
import { KindlingError } from '../../src-shared/failure.ts'
import { say, PhraseError } from '../../src-shared/phrases.ts'
import { outputFailed } from '../files/output-failed.ts'
import { putInPlace } from '../files/regular-file.ts'
import { isZero } from '../memory/is-zero.ts'
import { stretchSize } from '../memory/piece.ts'

/** A file that an image is written to, in order. It has its final name only when it is finished. */
export interface ImageFile {
  /** Name of the file until it is finished. */
  readonly unfinished: string
  /**
   * Writes the next bytes of the image. They must not change until the promise resolves.
   * @throws output-failed
   */
  write(bytes: Uint8Array): Promise<void>
  /**
   * Writes what is left.
   * @returns size and hash of the file as it is; null if it is the image itself
   * @throws output-failed
   */
  end(): Promise<{ size: number; sha256: string } | null>
  /**
   * Flushes the file and gives it its final name.
   * @throws output-failed
   */
  putInPlace(): Promise<void>
  /** Removes the file, unless it has its final name. */
  abandon(): Promise<void>
}

/** Names of images in formats that Kindling does not write. */
const otherFormat = /\.(xz|bz2|lz4|lzma|zip|7z|qcow2|vmdk|vhdx?|vdi)$/i

/** `createZstdCompress` exists since Node 22.15. */
const { createZstdCompress } = zlib as { createZstdCompress?: (options: object) => Transform }
/** ZSTD_c_checksumFlag of zstd.h. */
const zstdChecksum = 201

/**
 * Returns the function that starts the compression that a name asks for; null for a raw image.
 * @throws output-failed for a compression that this program cannot make
 */
export function chooseCompression(path: string): (() => Transform) | null {
  const other = otherFormat.exec(path)
  if (other !== null) throw outputFailed(path, new PhraseError(say('format-unwritten', { extension: other[0] })))
  if (/\.gz$/i.test(path)) return () => zlib.createGzip()
  if (!/\.zst$/i.test(path)) return null
  if (createZstdCompress === undefined) throw outputFailed(path, new PhraseError(say('zst-unwritten')))
  return () => createZstdCompress({ params: { [zstdChecksum]: 1 } })
}

/**
 * Creates the file of an image.
 * @param compress – from `chooseCompression`
 * @throws output-failed
 */
export async function createImageFile(path: string, compress: (() => Transform) | null): Promise<ImageFile> {
  const unfinished = `${path}.${process.pid}.tmp`
  const worded = (error: unknown): never => {
    throw error instanceof KindlingError ? error : outputFailed(path, error)
  }
  const file = await open(unfinished, 'wx').catch(worded)
  const body = compress === null ? writeSparse(file) : writeCompressed(file, compress())
  let isInPlace = false
  return {
    unfinished,
    write: (bytes) => body.write(bytes).catch(worded),
    end: () => body.end().catch(worded),
    async putInPlace() {
      // Whether another file may be replaced was decided before.
      await putInPlace(file, unfinished, path).catch(worded)
      isInPlace = true
    },
    async abandon() {
      if (isInPlace) return
      body.stop()
      await file.close().catch(() => undefined)
      await rm(unfinished, { force: true })
    },
  }
}

type Body = Pick<ImageFile, 'write' | 'end'> & { stop(): void }

/** Writes a raw image. Stretches of zeros become holes. */
function writeSparse(file: FileHandle): Body {
  let size = 0
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length;) {
        const from = at
        while (at < bytes.length && !isZero(bytes.subarray(at, at + stretchSize))) at += stretchSize
        const part = bytes.subarray(from, at)
        await writeAll(file, part, size + from)
        if (at < bytes.length) at += stretchSize
      }
      size += bytes.length
    },
    async end() {
      await file.truncate(size)
      return null
    },
    stop() {},
  }
}

function writeCompressed(file: FileHandle, stream: Transform): Body {
  const hash = createHash('sha256')
  let size = 0
  async function drain() {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk)
      await writeAll(file, chunk, size)
      size += chunk.length
    }
  }
  const drained = drain()
  // Awaited below; until then a failure must not count as unhandled.
  drained.catch(() => undefined)
  const written = (bytes: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      stream.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
  return {
    // A full disk ends the draining, and the stream would then wait for ever.
    write: (bytes) => Promise.race([written(bytes), drained]),
    async end() {
      stream.end()
      await drained
      return { size, sha256: hash.digest('hex') }
    },
    stop: () => void stream.destroy(),
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at, offset + at)).bytesWritten
}
