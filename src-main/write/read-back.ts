import { createHash } from 'node:crypto'
import type { Extent } from './extent.ts'
import { writeMissingZeros } from './write-missing-zeros.ts'
import { requireCleared } from './withheld-ends.ts'
import { isZero } from '../memory/is-zero.ts'
import { readDrive } from './read-drive.ts'
import type { Target } from './target.ts'

export interface ReadBackOptions {
  /** Withheld bytes. The drive has zeros in their place. */
  head: Uint8Array
  /** Size of the image in bytes, including the withheld bytes. */
  size: number
  /** Ranges that should be zeros on the drive, but were not checked. */
  deferred: readonly Extent[]
  signal: AbortSignal
  /** Receives the number of bytes that were read. The withheld bytes are counted, too. */
  onRead: (bytes: number) => void
  /**
   * Called before the read-back starts again, because a deferred range is not zeros and must be
   * overwritten.
   * @param bytes – number of bytes that will be read from here on
   */
  onRestart: (bytes: number) => void
}

/**
 * Reads a written and flushed image back, past the cache. Overwrites deferred ranges that are not
 * zeros, then reads everything again: on a faulty drive this may have damaged bytes that were read
 * before.
 * @returns the sha256 (hex) of the image on the drive, with the withheld bytes from memory
 * @throws read-back-mismatch if the withheld bytes are not zeros on the drive; the target's
 * failures; the signal's reason
 */
export async function readBack(target: Target, options: ReadBackOptions): Promise<string> {
  const { size, deferred, signal, onRead, onRestart } = options
  const first = await hashDrive(target, options, deferred)
  if (typeof first === 'string') return first
  const left = from(deferred, first.stray)
  onRestart(left.reduce((sum, extent) => sum + extent.length, size))
  await writeMissingZeros(target, left, signal, onRead)
  return (await hashDrive(target, options, [])) as string
}

/**
 * Returns the sha256 of the image on the drive, or the offset of the first deferred range that is
 * not zeros.
 */
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
      // The rest of the range is in the next block.
      if (extent.offset + extent.length > end) break
    }
    hash.update(bytes)
    onRead(bytes.length)
    offset = end
  }
  await requireCleared(target)
  return hash.digest('hex')
}

/** Returns the parts of the extents that lie behind an offset. */
function from(extents: readonly Extent[], offset: number): Extent[] {
  return extents
    .filter((extent) => extent.offset + extent.length > offset)
    .map((extent) => {
      const start = Math.max(extent.offset, offset)
      return { offset: start, length: extent.offset + extent.length - start }
    })
}
