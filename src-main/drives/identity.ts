import type { DriveIdentity } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { nameDrive } from './name-drive.ts'

const telling = ['kind', 'number', 'size', 'serial', 'wwn'] as const

/** @throws drive-changed when `actual` is another drive than `expected` (design, decision 1.3) */
export function checkSameDrive(expected: DriveIdentity, actual: DriveIdentity): void {
  if (telling.every((field) => expected[field] === actual[field])) return
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
