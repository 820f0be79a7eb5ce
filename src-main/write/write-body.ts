import { KindlingError } from '../../src-shared/failure.ts'
import { allocateAligned } from './aligned-memory.ts'
import { roundUp } from './round-up.ts'
import type { Target } from './target.ts'

/** Bytes of one write. */
const blockSize = 4 * 1024 * 1024
/** Buffers: one is filled while the others are being written. */
const buffers = 3

/**
 * Writes an image from `start` to its end, padding the last sector with zeros.
 * @param start bytes; a multiple of the target's alignment
 * @param onWritten told the image's bytes of each write that ended
 * @returns bytes of the image that were written, padding not counted
 * @throws drive-too-small, and what the target throws
 */
export async function writeBody(
  target: Target,
  chunks: AsyncIterable<Uint8Array>,
  start: number,
  onWritten: (bytes: number) => void,
): Promise<number> {
  const free: Uint8Array[] = Array.from({ length: buffers }, () => allocateAligned(blockSize))
  const writing: Promise<Uint8Array>[] = []
  let filling = free.pop()!
  let filled = 0
  let offset = start

  async function send() {
    const length = roundUp(filled, target.alignment)
    if (offset + filled > target.size)
      throw new KindlingError('drive-too-small', {
        drive: 'The drive',
        available: target.size,
        needed: `at least ${offset + filled}`,
      })
    filling.fill(0, filled, length)
    const [buffer, at, bytes] = [filling, offset, filled]
    const written = target.write(buffer.subarray(0, length), at).then(() => {
      onWritten(bytes)
      return buffer
    })
    // Awaited below; until then a failure must not count as unhandled.
    written.catch(() => undefined)
    writing.push(written)
    offset += filled
    filled = 0
    filling = free.pop() ?? (await writing.shift()!)
  }

  try {
    for await (const chunk of chunks) {
      for (let used = 0; used < chunk.length;) {
        const part = chunk.subarray(used, used + blockSize - filled)
        filling.set(part, filled)
        used += part.length
        filled += part.length
        if (filled === blockSize) await send()
      }
    }
    if (filled > 0) await send()
    await Promise.all(writing)
  } finally {
    await Promise.allSettled(writing)
  }
  return offset - start
}

export { roundUp }
