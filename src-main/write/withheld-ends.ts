import { KindlingError } from '../../src-shared/failure.ts'
import { allocateAligned } from '../memory/aligned-memory.ts'
import { isZero } from '../memory/is-zero.ts'
import { roundUp } from './round-up.ts'
import type { Target } from './target.ts'

/**
 * Number of bytes at the start of a drive that are withheld until everything else is proved.
 * Without partition table and boot code the drive cannot boot. As many bytes are cleared at its
 * end, where a stale backup GPT could restore an old system.
 */
export const withheldSize = 1024 * 1024
/**
 * Number of withheld bytes that are written last. Contains the first sector, with sectors of 512 or
 * 4096 bytes.
 */
const lastWritten = 4096

/**
 * Overwrites both ends of a drive with zeros, and flushes.
 * @throws the target's failures
 */
export async function clearEnds(target: Target): Promise<void> {
  const zeros = allocateAligned(Math.min(withheldSize, target.size))
  await target.write(zeros, 0)
  await target.write(zeros, target.size - zeros.length)
  await target.flush()
}

/**
 * Checks that the withheld bytes are still zeros when the rest has been read back. On a drive that
 * wraps round, other bytes were written there.
 * @throws read-back-mismatch, and the target's failures
 */
export async function requireCleared(target: Target): Promise<void> {
  const bytes = allocateAligned(Math.min(withheldSize, target.size))
  await target.read(bytes, 0)
  if (isZero(bytes)) return
  throw new KindlingError('read-back-mismatch', { firstDifference: bytes.findIndex((byte) => byte !== 0) })
}

/**
 * Makes the drive bootable: writes the withheld bytes, the first sector last, and reads them back.
 * @param head – the withheld bytes; padded with zeros to the target's alignment
 * @param signal – checked until the last write begins; the rest is too short to be cancelled
 * @throws read-back-mismatch, the target's failures, the signal's reason
 */
export async function writeHead(target: Target, head: Uint8Array, signal: AbortSignal): Promise<void> {
  const bytes = allocateAligned(roundUp(head.length, target.alignment))
  bytes.set(head)
  if (bytes.length > lastWritten) {
    await target.write(bytes.subarray(lastWritten), lastWritten)
    await target.flush()
  }
  signal.throwIfAborted()
  await target.write(bytes.subarray(0, Math.min(lastWritten, bytes.length)), 0)
  await target.flush()
  const found = allocateAligned(bytes.length)
  await target.read(found, 0)
  if (Buffer.compare(found, bytes) === 0) return
  const firstDifference = found.findIndex((byte, index) => byte !== bytes[index])
  throw new KindlingError('read-back-mismatch', { firstDifference })
}
