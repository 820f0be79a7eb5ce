import { expect, test } from 'vitest'
import { checkSameDrive } from '../../../src-main/drives/identity.ts'
import type { DriveIdentity } from '../../../src-shared/drive.ts'
import { toFailure } from '../../../src-shared/failure.ts'

const stick: DriveIdentity = {
  device: '/dev/sdb',
  kind: 'block',
  size: 15376318464,
  model: 'Ultra',
  vendor: 'SanDisk',
  serial: '4C53',
  wwn: null,
  byId: '/dev/disk/by-id/usb-SanDisk_Ultra_4C53-0:0',
  number: '8:16',
}

test('the same drive passes, also when udev has only now named it', () => {
  checkSameDrive(stick, stick)
  checkSameDrive({ ...stick, byId: null }, stick)
})

test.each([
  ['another serial', { serial: '4C54' }],
  ['another size', { size: 1 }],
  ['another WWN', { wwn: '0x5' }],
  ['a file where a device was', { kind: 'file' as const }],
])('%s is another drive, and both are described', (_, change) => {
  let failure
  try {
    checkSameDrive(stick, { ...stick, ...change })
  } catch (error) {
    failure = toFailure(error)
  }
  expect(failure).toMatchObject({ code: 'drive-changed', title: '/dev/sdb is not the drive that was chosen' })
  expect(failure?.details['expected']).toBe('SanDisk Ultra, 15376318464 bytes, number 8:16, serial 4C53')
})

test('a stick that was plugged in again is the same drive under another number and letter', () => {
  checkSameDrive(stick, { ...stick, device: '/dev/sdc', number: '8:32' })
})

test('where neither serial number nor WWN names a drive, its number has to be the same', () => {
  const nameless = { ...stick, serial: null }
  checkSameDrive(nameless, nameless)
  expect(() => checkSameDrive(nameless, { ...nameless, number: '8:32' })).toThrow(/drive-changed/)
})
