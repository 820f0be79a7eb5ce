import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { decode } from '../image/decode/decode.ts'
import type { Piece } from '../memory/piece.ts'
import type { ImageBody, Packing } from './image-file.ts'
import { writeAll } from './write-all.ts'

/** Size of the reads of what is stored already, in bytes. */
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
 * @param held – size of what the file has already, in bytes
 */
export function createCompressedBody(file: FileHandle, { compression, start }: Packing, held: number): ImageBody {
  let hash = createHash('sha256')
  let [length, stored] = [0, held]
  let member: Member | null = null
  let comparison: Comparison | null = null
  let isEqual = true

  async function* readHeld(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < held;) {
      const chunk = Buffer.alloc(Math.min(chunkSize, held - at))
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
    async holdsNext(bytes) {
      comparison ??= compareWith(decode(compression, readHeld()))
      return (isEqual &&= await comparison.next(bytes))
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
    stop: () => member?.stop(),
  }
}

interface Comparison {
  next(bytes: Uint8Array): Promise<boolean>
  /** Returns whether what is stored ends here, and its own checks hold. */
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
    async next(bytes) {
      for (let at = 0; at < bytes.length;) {
        if ((await fill()) !== 'more') return false
        const part = Buffer.from(piece!.bytes.buffer, piece!.bytes.byteOffset + used, piece!.bytes.length - used)
        const length = Math.min(part.length, bytes.length - at)
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
