import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DriveIdentity } from '../../src-shared/drive.ts'
import { isSameDrive } from '../../src-shared/is-same-drive.ts'
import { runs } from '../support/tier.ts'

const stick: DriveIdentity = {
  device: '/dev/sdb',
  kind: 'block',
  size: 32e9,
  model: 'Ultra',
  vendor: 'SanDisk',
  serial: '4C53',
  wwn: null,
  byId: '/dev/disk/by-id/usb-SanDisk_Ultra_4C53-0:0',
  number: '8:16',
  attachment: '18972',
  medium: '12',
}
/** As it is after it was plugged out and in again: another letter, another attachment, another medium. */
const pluggedAgain = { device: '/dev/sdc', number: '8:32', attachment: '19001', medium: '13' }
/** What macOS, Windows and kernels before 5.15 do not tell. */
const unknown = { attachment: null, medium: null }
const mute = { ...stick, serial: null, byId: null }

test('a drive that stays plugged in is the same, also when udev has only now named it', () => {
  expect(isSameDrive(stick, stick)).toBe(true)
  expect(isSameDrive({ ...mute, model: null, vendor: null }, stick)).toBe(true)
})

test('a drive that was plugged in again is the same if its serial number says so', () => {
  expect(isSameDrive(stick, { ...stick, ...pluggedAgain })).toBe(true)
  expect(isSameDrive({ ...stick, ...unknown }, { ...stick, ...pluggedAgain, ...unknown })).toBe(true)
})

test('a drive without serial number that was plugged in again may be any: it is another one, under its letter too', () => {
  expect(isSameDrive(mute, { ...mute, ...pluggedAgain })).toBe(false)
  expect(isSameDrive(mute, { ...mute, attachment: '19001', medium: '13' })).toBe(false)
  expect(isSameDrive(mute, { ...mute, attachment: '19001', medium: null })).toBe(false)
})

test('another card in the reader that stays plugged in is another drive, whatever the reader calls itself', () => {
  expect(isSameDrive(stick, { ...stick, medium: '13' })).toBe(false)
})

test('the second reader of one housing, with the same serial number, is another drive', () => {
  const second = { ...stick, ...pluggedAgain, byId: '/dev/disk/by-id/usb-SanDisk_Ultra_4C53-0:1' }
  expect(isSameDrive(stick, second)).toBe(false)
  expect(isSameDrive({ ...stick, ...unknown }, { ...second, ...unknown })).toBe(false)
})

test('where the system tells neither attachment nor medium, drives without serial number are told by where they are', () => {
  const blind = { ...mute, ...unknown }
  expect(isSameDrive(blind, { ...blind })).toBe(true)
  expect(isSameDrive(blind, { ...blind, device: '/dev/sdc', number: '8:32' })).toBe(false)
})

test('a drive that tells its serial number is not one that tells none, once it was plugged in again', () => {
  expect(isSameDrive(stick, { ...mute, ...pluggedAgain })).toBe(false)
})

test('a disk-image file is the file that it was, not one that took its name', () => {
  const file = { ...mute, ...unknown, kind: 'file' as const, device: '/tmp/drive.img', number: '2049:17' }
  expect(isSameDrive(file, { ...file })).toBe(true)
  expect(isSameDrive(file, { ...file, number: '2049:18' })).toBe(false)
  expect(isSameDrive(file, { ...file, kind: 'block' })).toBe(false)
})

test('no two sightings of different size, kind, serial number or WWN are of one drive; which came first does not matter', () => {
  const maybe = (...values: string[]) => fc.constantFrom(null, ...values)
  const identity = fc.record<DriveIdentity>({
    device: fc.constantFrom('/dev/sda', '/dev/sdb'),
    kind: fc.constantFrom('block', 'file'),
    size: fc.constantFrom(1, 2),
    model: maybe('M'),
    vendor: maybe('V'),
    serial: maybe('1', '2'),
    wwn: maybe('0x1', '0x2'),
    byId: maybe('/dev/disk/by-id/a', '/dev/disk/by-id/b'),
    number: fc.constantFrom('8:0', '8:16'),
    attachment: maybe('1', '2'),
    medium: maybe('1', '2'),
  })
  fc.assert(
    fc.property(identity, identity, (one, other) => {
      const same = isSameDrive(one, other)
      expect(isSameDrive(other, one)).toBe(same)
      expect(isSameDrive(one, one)).toBe(true)
      const differ = (field: 'serial' | 'wwn') =>
        one[field] !== null && other[field] !== null && one[field] !== other[field]
      if (one.size !== other.size || one.kind !== other.kind || differ('serial') || differ('wwn'))
        expect(same).toBe(false)
    }),
    runs(2000, 20000),
  )
})
