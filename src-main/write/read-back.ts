import { createHash } from 'node:crypto'
import type { Extent } from './extent.ts'
import { fixDeferred } from './fix-deferred.ts'
import { requireCleared } from './hold-back.ts'
import { isZero } from '../memory/is-zero.ts'
import { readDrive } from './read-drive.ts'
import type { Target } from './target.ts'

export interface ReadBackOptions {
  /** The withheld bytes: the drive has zeros there. */
  head: Uint8Array
  /** Bytes of the image, with the withheld ones. */
  size: number
  /** What should be zeros, and nobody has looked whether it is. */
  deferred: readonly Extent[]
  signal: AbortSignal
  /** Told bytes that were read, the withheld ones as well. */
  onRead: (bytes: number) => void
  /** Something deferred is not zeros: it is mended, then reading begins anew. So many bytes are to be read from here on. */
  onRestart: (bytes: number) => void
}

/**
 * Reads a written and flushed image back, past the cache, and mends what was deferred and is not zeros. A drive that lies
 * may let the mending spoil what was read before, so that all of it is then read again.
 * @returns the image's sha256 (hex) as the drive has it, with the withheld bytes from memory
 * @throws read-back-mismatch when the withheld bytes are not zeros on the drive; what the target throws; the signal's reason
 */
export async function readBack(target: Target, options: ReadBackOptions): Promise<string> {
  const { size, deferred, signal, onRead, onRestart } = options
  const first = await hashDrive(target, options, deferred)
  if (typeof first === 'string') return first
  const left = from(deferred, first.stray)
  onRestart(left.reduce((sum, extent) => sum + extent.length, size))
  await fixDeferred(target, left, signal, onRead)
  return (await hashDrive(target, options, [])) as string
}

/** The sha256 of what the drive holds, or the first offset in which something deferred is not zeros. */
async function hashDrive(
  target: Target,
  { head, size, signal, onRead }: ReadBackOptions,
  deferred: readonly Extent[],
): Promise<string | { stray: number }> {
  const hash = createHash('sha256').update(head)
  onRead(head.length)
  let offset = head.length
  let next = 0
  for await (const bytes of readDrive(target, head.length, size, signal)) {
    const end = offset + bytes.length
    for (; next < deferred.length && deferred[next]!.offset < end; next++) {
      const extent = deferred[next]!
      const start = Math.max(extent.offset, offset)
      const stop = Math.min(extent.offset + extent.length, end)
      if (!isZero(bytes.subarray(start - offset, stop - offset))) return { stray: start }
      // The rest of it is in the next block.
      if (extent.offset + extent.length > end) break
    }
    hash.update(bytes)
    onRead(bytes.length)
    offset = end
  }
  await requireCleared(target)
  return hash.digest('hex')
}

/** What of the extents lies behind an offset. */
function from(extents: readonly Extent[], offset: number): Extent[] {
  return extents
    .filter((extent) => extent.offset + extent.length > offset)
    .map((extent) => {
      const start = Math.max(extent.offset, offset)
      return { offset: start, length: extent.offset + extent.length - start }
    })
}
