import { stretchSize } from '../memory/piece.ts'
import { allocateAligned } from '../memory/aligned-memory.ts'
import { addExtent, type Extent } from './extent.ts'
import { isZero } from '../memory/is-zero.ts'
import { allocateForReading, readDrive } from './read-drive.ts'
import type { Target } from './target.ts'

/** Maximum size of one write of zeros, in bytes. */
const longest = 1024 * 1024

/**
 * Reads the deferred ranges and writes zeros where the drive has other bytes. Flushes if anything
 * was written.
 * @param onRead – receives the number of bytes that were checked
 * @returns the number of bytes that were written
 * @throws the target's failures; the signal's reason
 */
export async function writeMissingZeros(
  target: Target,
  deferred: readonly Extent[],
  signal: AbortSignal,
  onRead: (bytes: number) => void,
): Promise<number> {
  const longestExtent = deferred.reduce((length, extent) => Math.max(length, extent.length), 0)
  const memory = allocateForReading(longestExtent, target.alignment)
  let zeros: Uint8Array | null = null
  let written = 0
  for (const extent of deferred) {
    let offset = extent.offset
    for await (const bytes of readDrive(target, offset, offset + extent.length, signal, memory)) {
      for (const stray of findStrays(bytes)) {
        zeros ??= allocateAligned(longest)
        for (let done = 0; done < stray.length; done += longest) {
          const length = Math.min(longest, stray.length - done)
          await target.write(zeros.subarray(0, length), offset + stray.offset + done)
          written += length
        }
      }
      onRead(bytes.length)
      offset += bytes.length
    }
  }
  if (written > 0) await target.flush()
  return written
}

function findStrays(bytes: Uint8Array): Extent[] {
  const strays: Extent[] = []
  for (let at = 0; at < bytes.length; at += stretchSize) {
    const stretch = bytes.subarray(at, at + stretchSize)
    if (!isZero(stretch)) addExtent(strays, at, stretch.length)
  }
  return strays
}
