import type { Drive } from '../../src-shared/drive.ts'
import type { DriveState } from '../../src-shared/drive-state.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { keepBytes } from '../write/kept-bytes.ts'
import { choosePlaces, probeCapacity } from '../write/probe-capacity.ts'
import type { Target } from '../write/target.ts'
import { clearEnds, requireCleared } from '../write/withheld-ends.ts'
import type { JobRun } from './job-run.ts'

/*
 * The first and the last steps of every job that writes to a drive.
 */

/**
 * Clears both ends of an opened drive and probes its capacity. If that fails, the original bytes
 * are restored, and the error says that the drive is untouched.
 * @param end – end of the bytes that will be written, in bytes; null if unknown
 * @param random – returns a number that is at least 0 and less than 1
 * @throws drive-smaller-than-claimed, drive-stores-nothing, read-back-mismatch, and the target's
 *   failures
 */
export async function clearDrive(
  target: Target,
  drive: Drive,
  end: number | null,
  random: () => number,
): Promise<void> {
  // A disk-image file has the size that it claims, or its file system reports an error.
  const isBlock = drive.identity.kind === 'block'
  const places = isBlock ? choosePlaces(target, end, random) : []
  const before = await keepBytes(target, places)
  try {
    await clearEnds(target)
    // While the drive is probed, the cleared start contains a marker.
    if (isBlock) await probeCapacity(target, places, before, drive.name)
  } catch (error) {
    // Nothing else was written yet, so the original bytes can be restored. This is not tried if the
    // reads of the drive prove nothing.
    const lies = hasCode(error, 'read-back-mismatch', 'drive-stores-nothing')
    throw !lies && (await before.putBackAll().catch(() => false)) ? withState(error, 'untouched') : error
  }
}

/**
 * Closes a proved drive. Has its partition table read, and powers it off if asked. From here on
 * nothing may change the drive, so failures are warnings.
 */
export async function release(target: Target, { eject }: { eject: boolean }, run: JobRun): Promise<void> {
  const warning = await target.rereadPartitionTable().catch(reasonOf)
  if (warning !== null) run.warn('partition-table-not-reread', { reason: warning })
  const kept = eject ? await target.eject().catch(reasonOf) : null
  if (kept !== null) run.warn('drive-not-ejected', { reason: kept })
  await target.close().catch((error: unknown) => run.warn('drive-not-closed', { reason: reasonOf(error) }))
}

/**
 * Clears the drive again if it was changed, so that it cannot boot. Returns the error with the
 * state of the drive.
 * @param target – the drive; null if it is not open
 * @param state – state of the drive so far
 */
export async function settle(error: unknown, target: Target | null, state: DriveState): Promise<KindlingError> {
  if (target === null) return withState(error, state)
  const isUntouched = state === 'untouched' || (error instanceof KindlingError && error.driveState === 'untouched')
  const left = isUntouched ? 'untouched' : await clear(target, error, state)
  await target.close().catch(() => undefined)
  return withState(error, left)
}

/**
 * Clears the ends of the drive and checks them.
 * @param error – the failure that made clearing necessary
 * @param state – state of the drive before
 * @returns the state of the drive after
 */
async function clear(target: Target, error: unknown, state: DriveState): Promise<DriveState> {
  try {
    await clearEnds(target)
    await requireCleared(target)
    return 'cleared'
  } catch (failure) {
    const isStillCleared =
      state === 'cleared' && !hasCode(error, 'drive-gone') && !hasCode(failure, 'read-back-mismatch')
    return isStillCleared ? 'cleared' : 'unknown'
  }
}

const hasCode = (error: unknown, ...codes: FailureCode[]) =>
  error instanceof KindlingError && codes.includes(error.code)

/**
 * Returns a copy of an error with the state of one drive. An error of reading the image is reported
 * for several drives, each with its own state.
 */
export function withState(error: unknown, state: DriveState): KindlingError {
  const worded =
    error instanceof KindlingError
      ? KindlingError.revive(error, { cause: error.cause ?? error })
      : new KindlingError('internal', { reason: reasonOf(error) }, { cause: error })
  worded.driveState = state
  return worded
}
