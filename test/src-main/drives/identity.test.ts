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
  attachment: '18972',
  medium: '12',
}

test('the same drive passes', () => {
  checkSameDrive(stick, stick)
})

test.each([
  ['another serial', { serial: '4C54' }],
  ['another size', { size: 1 }],
  ['another medium', { medium: '13' }],
  ['a file where a device was', { kind: 'file' as const }],
])('%s is another drive, and both are described', (_, change) => {
  let failure
  try {
    checkSameDrive(stick, { ...stick, ...change })
  } catch (error) {
    failure = toFailure(error)
  }
  expect(failure).toMatchObject({ code: 'drive-changed', title: '/dev/sdb is not the drive that was chosen' })
  expect(failure?.details['expected']).toEqual('SanDisk Ultra, 15376318464 bytes, number 8:16, serial 4C53, medium 12')
})
