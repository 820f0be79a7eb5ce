import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { decode } from '../image/decode/decode.ts'
import type { Piece } from '../memory/piece.ts'
import type { Extent } from '../write/extent.ts'
import type { ImageBody, Packing } from './image-body.ts'
import type { SavedCheckpoint } from './saved-part.ts'
import { writeAll } from '../files/write-all.ts'

/** Size of the reads of the stored part, in bytes. */
const chunkSize = 1024 * 1024

/** One gzip member or Zstandard frame while it is written. */
interface Member {
  write(bytes: Uint8Array): Promise<unknown>
  end(): Promise<void>
  stop(): void
}

/**
 * Creates the content of a compressed image. Each `finish` ends a gzip member or a Zstandard frame,
 * and the next bytes begin another one.
 * @param found – number of bytes of the image, and size of the file, that an earlier job saved
 */
export function createCompressedBody(
  file: FileHandle,
  { compression, start }: Packing,
  found: Pick<SavedCheckpoint, 'length' | 'stored'>,
): ImageBody {
  let hash = createHash('sha256')
  let { length, stored } = found
  let member: Member | null = null
  let comparison: Comparison | null = null
  let isEqual = true

  async function* readHeld(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < found.stored;) {
      const chunk = Buffer.alloc(Math.min(chunkSize, found.stored - at))
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at)
      if (bytesRead === 0) return
      at += bytesRead
      hash.update(chunk.subarray(0, bytesRead))
      yield chunk.subarray(0, bytesRead)
    }
  }

  function begin(): Member {
    const stream = start()
    const drain = async () => {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        await writeAll(file, chunk, stored)
        hash.update(chunk)
        stored += chunk.length
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
      end: () => (stream.end(), drained),
      stop: () => void stream.destroy(),
    }
  }

  return {
    async holdsNext(bytes, gaps) {
      comparison ??= compareWith(decode(compression, readHeld()))
      return (isEqual &&= await comparison.next(bytes, gaps))
    },
    async keepFirst(wanted) {
      const isWhole = isEqual && wanted > 0 && comparison !== null && (await comparison.isWhole())
      await comparison?.stop()
      if (!isWhole) {
        hash = createHash('sha256')
        stored = 0
      }
      await file.truncate(stored)
      return (length = isWhole ? wanted : 0)
    },
    async write(bytes) {
      member ??= begin()
      await member.write(bytes)
      length += bytes.length
    },
    async finish() {
      await member?.end()
      member = null
      return { length, stored }
    },
    digest: () => hash.copy().digest('hex'),
    async stop() {
      member?.stop()
      await comparison?.stop()
    },
  }
}

interface Comparison {
  /** @param gaps – as for `ImageBody.holdsNext` */
  next(bytes: Uint8Array, gaps: readonly Extent[]): Promise<boolean>
  /** Returns whether the stored part ends here, and its own checks hold. */
  isWhole(): Promise<boolean>
  stop(): Promise<void>
}

/** Compares pieces with bytes that come in other sizes. */
function compareWith(pieces: AsyncGenerator<Piece>): Comparison {
  let piece: Piece | null = null
  let used = 0
  let isDamaged = false
  async function fill(): Promise<'more' | 'end' | 'damaged'> {
    if (piece !== null && used < piece.bytes.length) return 'more'
    piece?.release()
    piece = null
    const next = isDamaged ? null : await pieces.next().catch(() => null)
    if (next === null) {
      // A generator that threw would end as if nothing were wrong.
      isDamaged = true
      return 'damaged'
    }
    if (next.done) return 'end'
    piece = next.value
    used = 0
    return 'more'
  }
  return {
    async next(bytes, gaps) {
      for (let at = 0; at < bytes.length;) {
        if ((await fill()) !== 'more') return false
        const part = Buffer.from(piece!.bytes.buffer, piece!.bytes.byteOffset + used, piece!.bytes.length - used)
        const length = Math.min(part.length, bytes.length - at)
        for (const gap of gaps) {
          const [from, to] = [Math.max(gap.offset, at), Math.min(gap.offset + gap.length, at + length)]
          if (from < to) bytes.set(part.subarray(from - at, to - at), from)
        }
        if (!part.subarray(0, length).equals(bytes.subarray(at, at + length))) return false
        used += length
        at += length
      }
      return true
    },
    isWhole: async () => (await fill()) === 'end',
    async stop() {
      piece?.release()
      piece = null
      await pieces.return(undefined).catch(() => undefined)
    },
  }
}
