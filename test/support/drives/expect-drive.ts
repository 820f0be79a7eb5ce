import { expect } from 'vitest'
import type { DriveState } from '../../../src-shared/drive-state.ts'
import { mib } from '../files/mib.ts'

/**
 * Checks the bytes of a drive against the state that was reported for it.
 * @param image – the image at the start of a proved drive
 * @param unit – the end of the image is padded with zeros to a multiple of this many bytes
 */
export function expectDriveState(
  state: DriveState | null | undefined,
  {
    before,
    after,
    image = Buffer.alloc(0),
    unit = 4096,
  }: { before: Buffer; after: Buffer; image?: Buffer; unit?: number },
): void {
  if (state === 'untouched') expectSame(after, before)
  else if (state === 'cleared') {
    expectSame(after.subarray(0, mib), Buffer.alloc(Math.min(mib, after.length)))
    expectSame(after.subarray(-mib), Buffer.alloc(Math.min(mib, after.length)))
  } else if (state === 'proved' || state === 'written-not-read-back') {
    const expected = Buffer.from(before)
    expected.fill(0, Math.max(0, expected.length - mib))
    expected.fill(0, 0, Math.min(expected.length, Math.max(mib, Math.ceil(image.length / unit) * unit)))
    image.copy(expected)
    expectSame(after, expected)
  } else throw new Error(`Nothing can be checked of a drive that is ${state}`)
}

/** Compares bytes, and reports the first difference instead of megabytes of numbers. */
export function expectSame(actual: Buffer, expected: Buffer): void {
  expect(actual.length).toBe(expected.length)
  if (actual.equals(expected)) return
  const at = actual.findIndex((byte, index) => byte !== expected[index])
  expect.fail(`byte ${at} is ${actual[at]} where it should be ${expected[at]}`)
}
