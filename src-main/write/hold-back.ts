import { KindlingError } from '../../src-shared/failure.ts'
import { allocateAligned } from '../memory/aligned-memory.ts'
import type { Target } from './target.ts'

/**
 * Bytes at the start of a drive that are withheld until all else is proved: without partition table and boot code nothing
 * boots. The same at its end, where a stale backup GPT would otherwise bring an old system back.
 */
export const heldBack = 1024 * 1024
/** Of the withheld bytes these come last: the first sector, whatever its size. */
const lastWritten = 4096

/** @throws what the target throws */
export async function clearEnds(target: Target): Promise<void> {
  const zeros = allocateAligned(Math.min(heldBack, target.size))
  await target.write(zeros, 0)
  await target.write(zeros, target.size - zeros.length)
  await target.flush()
}

/**
 * The withheld bytes must still be zeros when the rest has been read back: a drive that wraps round has put others there.
 * @throws read-back-mismatch, and what the target throws
 */
export async function requireCleared(target: Target): Promise<void> {
  const bytes = allocateAligned(Math.min(heldBack, target.size))
  await target.read(bytes, 0)
  const stray = bytes.findIndex((byte) => byte !== 0)
  if (stray !== -1) throw new KindlingError('read-back-mismatch', { firstDifference: stray })
}

/**
 * Makes the drive bootable: writes the withheld bytes, the first sector last, and reads them back.
 * @param head padded to the target's alignment
 * @param signal heeded until the last write begins: what comes then is over before anybody could mean to stop it
 * @throws read-back-mismatch, what the target throws, the signal's reason
 */
export async function writeHead(target: Target, head: Uint8Array, signal: AbortSignal): Promise<void> {
  const bytes = allocateAligned(head.length)
  bytes.set(head)
  if (head.length > lastWritten) {
    await target.write(bytes.subarray(lastWritten), lastWritten)
    await target.flush()
  }
  signal.throwIfAborted()
  await target.write(bytes.subarray(0, Math.min(lastWritten, head.length)), 0)
  await target.flush()
  const found = allocateAligned(head.length)
  await target.read(found, 0)
  const stray = found.findIndex((byte, index) => byte !== head[index])
  if (stray !== -1) throw new KindlingError('read-back-mismatch', { firstDifference: stray })
}
