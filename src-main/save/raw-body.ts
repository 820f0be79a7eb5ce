import type { FileHandle } from 'node:fs/promises'
import { isZero } from '../memory/is-zero.ts'
import { stretchSize } from '../memory/piece.ts'
import type { ImageBody } from './image-body.ts'
import { writeAll } from '../files/write-all.ts'

/**
 * Creates the content of a raw image. Stretches of zeros become holes.
 * @param held – number of bytes that the file has already
 */
export function createRawBody(file: FileHandle, held: number): ImageBody {
  let compared = 0
  let size = held
  return {
    async holdsNext(bytes, gaps) {
      const there = Buffer.allocUnsafe(bytes.length)
      for (let at = 0; at < there.length;) {
        const { bytesRead } = await file.read(there, at, there.length - at, compared + at)
        if (bytesRead === 0) return false
        at += bytesRead
      }
      compared += bytes.length
      for (const { offset, length } of gaps) bytes.set(there.subarray(offset, offset + length), offset)
      return there.equals(bytes)
    },
    async keepFirst(length) {
      // Also cuts off bytes behind the last checkpoint: a hole must be zeros.
      await file.truncate(length)
      return (size = length)
    },
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
    async finish() {
      await file.truncate(size)
      return { length: size, stored: size }
    },
    digest: () => null,
    async stop() {},
  }
}
