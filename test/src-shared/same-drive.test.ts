import { expect, test } from 'vitest'
import type { DriveIdentity } from '../../src-shared/drive.ts'
import { findSameDrive, isStillAttached, keyOf } from '../../src-shared/same-drive.ts'

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
/**
 * Identity fields after the drive was unplugged and plugged in again: another letter, another
 * attachment, another medium.
 */
const pluggedAgain = { device: '/dev/sdc', number: '8:32', attachment: '19001', medium: '13' }
/** Fields that macOS, Windows and kernels before 5.15 do not provide. */
const unknown = { attachment: null, medium: null }
const mute = { ...stick, serial: null, byId: null }
/** Returns whether the drive is found if it is the only one. */
const finds = (chosen: DriveIdentity, present: DriveIdentity) =>
  findSameDrive([{ identity: present }], chosen) !== undefined

test('a drive that stays plugged in is the same, also when udev has only now named it, or gave its name to another', () => {
  expect(finds(stick, stick)).toBe(true)
  expect(finds({ ...mute, model: null, vendor: null }, stick)).toBe(true)
  expect(finds(stick, { ...stick, byId: '/dev/disk/by-id/another' })).toBe(true)
  expect(finds(stick, { ...stick, byId: null })).toBe(true)
  expect(finds({ ...stick, ambiguous: true }, { ...stick, ambiguous: true })).toBe(true)
})

test('a drive that was plugged in again is found by its serial number, and is not attached as it was', () => {
  expect(finds(stick, { ...stick, ...pluggedAgain })).toBe(true)
  expect(isStillAttached(stick, { ...stick, ...pluggedAgain })).toBe(false)
  expect(finds({ ...stick, ...unknown }, { ...stick, ...pluggedAgain, ...unknown })).toBe(true)
})

test('of two drives with one serial number the one that is still attached is the chosen one', () => {
  const twin = { ...stick, ...pluggedAgain, byId: stick.byId }
  for (const list of [
    [twin, { ...stick, byId: null }],
    [{ ...mute, wwn: null }, twin],
  ])
    expect(
      findSameDrive(
        list.map((identity) => ({ identity })),
        stick,
      )?.identity.attachment,
    ).toBe(stick.attachment)
})

test('of two drives with one serial number none is the chosen one once that was pulled out', () => {
  const twins = ['19001', '19002'].map((attachment) => ({ identity: { ...stick, ...pluggedAgain, attachment } }))
  expect(findSameDrive(twins, stick)).toBeUndefined()
  const larger = { identity: { ...stick, ...pluggedAgain, attachment: '19002', size: 64e9, model: 'Other' } }
  expect(findSameDrive([twins[0]!, larger], stick)).toBeUndefined()
})

test('a serial number that two drives had at one moment identifies neither later', () => {
  const twin = { ...stick, ...pluggedAgain }
  expect(finds({ ...stick, ambiguous: true }, twin)).toBe(false)
  expect(finds(stick, { ...twin, ambiguous: true })).toBe(false)
})

test('a drive without serial number that was plugged in again may be any: it is another one, under its letter too', () => {
  expect(finds(mute, { ...mute, ...pluggedAgain })).toBe(false)
  expect(finds(mute, { ...mute, attachment: '19001', medium: '13' })).toBe(false)
  expect(finds(mute, { ...mute, attachment: '19001', medium: null })).toBe(false)
})

test('another card in the reader that stays plugged in is another drive, whatever the reader calls itself', () => {
  expect(finds(stick, { ...stick, medium: '13' })).toBe(false)
  const card = { identity: { ...stick, medium: '13' } }
  const elsewhere = { identity: { ...stick, ...pluggedAgain } }
  expect(findSameDrive([card, elsewhere], stick)).toBeUndefined()
})

test('the second reader of one housing, with the same serial number, is another drive', () => {
  const second = { ...stick, ...pluggedAgain, byId: '/dev/disk/by-id/usb-SanDisk_Ultra_4C53-0:1' }
  expect(finds(stick, second)).toBe(false)
  expect(finds({ ...stick, ...unknown }, { ...second, ...unknown })).toBe(false)
})

test('where the system tells neither attachment nor medium, drives without serial number are told by where they are', () => {
  const blind = { ...mute, ...unknown }
  expect(finds(blind, { ...blind })).toBe(true)
  expect(finds(blind, { ...blind, device: '/dev/sdc', number: '8:32' })).toBe(false)
})

test('a drive that tells its serial number is not one that tells none, once it was plugged in again', () => {
  expect(finds(stick, { ...mute, ...pluggedAgain })).toBe(false)
})

test('a drive with another size, serial number or WWN is another drive, also where it is attached', () => {
  const full = { ...stick, wwn: '0x1' }
  for (const change of [{ size: 1 }, { serial: '4C54' }, { wwn: '0x2' }, { kind: 'file' as const }])
    expect(finds(full, { ...full, ...change })).toBe(false)
})

test('a disk-image file is the file that it was, not one that took its name; its names are one drive', () => {
  const file = { ...mute, ...unknown, kind: 'file' as const, device: '/tmp/drive.img', number: '2049:17' }
  expect(finds(file, { ...file })).toBe(true)
  expect(finds(file, { ...file, number: '2049:18' })).toBe(false)
  expect(finds(file, { ...file, kind: 'block' })).toBe(false)
  expect(keyOf({ ...file, device: '/tmp/link.img' })).toBe(keyOf(file))
})
