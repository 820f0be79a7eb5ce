import { expect, test } from 'vitest'
import type { DriveIdentity } from '../../../src-shared/drive.ts'
import { isSameDrive } from '../../../src-renderer/drive/same-drive.ts'

const stick: DriveIdentity = {
  device: '/dev/sdb',
  kind: 'block',
  size: 32e9,
  model: 'Ultra',
  vendor: 'SanDisk',
  serial: '4C53',
  wwn: null,
  byId: '/dev/disk/by-id/usb-SanDisk_Ultra_4C53',
  number: '8:16',
}
const mute = { ...stick, serial: null, byId: null }

test('a drive is the same under another letter', () => {
  expect(isSameDrive(stick, { ...stick, device: '/dev/sdc', number: '8:32' })).toBe(true)
})

test('another drive under the same letter is another drive', () => {
  expect(isSameDrive(stick, { ...stick, serial: '4C54' })).toBe(false)
})

test('two drives of one model and without a serial number are told by where they are', () => {
  expect(isSameDrive(mute, { ...mute })).toBe(true)
  expect(isSameDrive(mute, { ...mute, device: '/dev/sdc', number: '8:32' })).toBe(false)
})

test('a drive that tells its serial number is not one that tells none', () => {
  expect(isSameDrive(stick, mute)).toBe(false)
})

test('a drive of another size is another drive', () => {
  expect(isSameDrive(stick, { ...stick, size: 64e9 })).toBe(false)
})
