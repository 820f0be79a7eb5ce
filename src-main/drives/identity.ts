import type { DriveIdentity } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { isStillAttached } from '../../src-shared/same-drive.ts'
import { say, type Phrase } from '../../src-shared/phrases.ts'
import { nameDrive } from './name-drive.ts'

/**
 * Checks that a drive is the expected one.
 * @throws drive-changed when `actual` is another drive than `expected`, another medium, or was
 * plugged in again
 */
export function checkSameDrive(expected: DriveIdentity, actual: DriveIdentity): void {
  if (!isStillAttached(expected, actual)) throw driveChanged(expected, actual)
}

/**
 * Checks that an opened drive is the one that was just inspected. Its device number must be the
 * same, too.
 * @throws drive-changed
 */
export function checkSameDevice(inspected: DriveIdentity, opened: DriveIdentity): void {
  if (inspected.number !== opened.number) throw driveChanged(inspected, opened)
  checkSameDrive(inspected, opened)
}

export const driveChanged = (expected: DriveIdentity, actual: DriveIdentity): KindlingError =>
  new KindlingError('drive-changed', {
    drive: actual.device,
    expected: describe(expected),
    actual: describe(actual),
  })

function describe(identity: DriveIdentity): Phrase {
  const { serial, size, number, medium } = identity
  const common = { name: nameDrive(identity), size, number }
  if (serial === null) return medium === null ? say('identity', common) : say('identity-medium', { ...common, medium })
  return medium === null
    ? say('identity-serial', { ...common, serial })
    : say('identity-both', { ...common, serial, medium })
}
