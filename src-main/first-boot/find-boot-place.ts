import type { BootPlace } from '../../src-shared/boot-place.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import type { Said } from '../../src-shared/phrases.ts'
import type { ReadAt } from '../identify/read-at.ts'
import { isIso } from '../image/decode/detect-kind.ts'
import { findLiveAreas } from './live-areas.ts'
import { findBootPartition } from './plan-metal.ts'

/**
 * Finds the place of an image for a first boot, by its first MiB. The places of an ISO may lie
 * behind it. A write checks the boot file system itself only on the drive.
 * @param read – reads at least `head`; of an ISO, all of it if possible
 */
export async function findBootPlace(head: Uint8Array, read: ReadAt): Promise<BootPlace> {
  try {
    if (isIso(head)) {
      await findLiveAreas(read)
      return { kind: 'live' }
    }
    await findBootPartition(read)
    return { kind: 'metal' }
  } catch (error) {
    if (isBehind(error)) return { kind: 'unknown' }
    if (error instanceof KindlingError && error.code === 'first-boot-unsupported')
      return { kind: 'none', reason: error.details['reason'] as Said }
    throw error
  }
}

const isBehind = (error: unknown): boolean =>
  error instanceof RangeError || (error instanceof KindlingError && error.cause instanceof RangeError)
