import type { DriveIdentity } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { nameDrive } from './name-drive.ts'

const telling = ['kind', 'size', 'serial', 'wwn'] as const

/**
 * A drive that was plugged in again has another device number, but still its serial number; only where nothing else names
 * a drive does its number have to be the same.
 * @throws drive-changed when `actual` is another drive than `expected`
 */
export function checkSameDrive(expected: DriveIdentity, actual: DriveIdentity): void {
  const named = expected.serial !== null || expected.wwn !== null
  const same = telling.every((field) => expected[field] === actual[field])
  if (same && (named || expected.number === actual.number)) return
  throw new KindlingError('drive-changed', {
    drive: actual.device,
    expected: describe(expected),
    actual: describe(actual),
  })
}

function describe(identity: DriveIdentity): string {
  const { serial, size, number } = identity
  const parts = [nameDrive(identity), `${size} bytes`, `number ${number}`]
  return [...parts, ...(serial === null ? [] : [`serial ${serial}`])].join(', ')
}
