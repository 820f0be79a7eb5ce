import { expect, test } from 'vitest'
import { DriveList } from '../../../src-renderer/drive/drive-list.svelte.ts'
import { makeDrive } from './drives.ts'

test('nothing is chosen until somebody chooses', () => {
  const list = new DriveList()
  list.accept([makeDrive('/dev/sdb')])
  expect(list.chosen).toBeNull()
})

test('the chosen drive stays chosen under another letter', () => {
  const list = new DriveList()
  list.accept([makeDrive('/dev/sdb', {}, 'A')])
  list.choose(list.all[0]!)
  list.accept([makeDrive('/dev/sdb', {}, 'B'), makeDrive('/dev/sdc', {}, 'A')])
  expect(list.chosen?.identity.device).toBe('/dev/sdc')
})

test('a chosen drive that disappears is chosen no more, also when it returns', () => {
  const list = new DriveList()
  const stick = makeDrive('/dev/sdb')
  list.accept([stick])
  list.choose(stick)
  list.accept([])
  expect(list.chosen).toBeNull()
  expect(list.gone).toBe('SanDisk Ultra')
  list.accept([stick])
  expect(list.chosen).toBeNull()
})

test('refused drives are apart from those that can be written', () => {
  const list = new DriveList()
  const system = makeDrive('/dev/sda', { refusals: [{ code: 'drive-system', title: 'No', details: {} }] })
  list.accept([system, makeDrive('/dev/sdb')])
  expect(list.writable.map(({ identity }) => identity.device)).toEqual(['/dev/sdb'])
  expect(list.refused.map(({ identity }) => identity.device)).toEqual(['/dev/sda'])
})

test('a disk-image file outlives the news of drives, and is not listed twice', () => {
  const list = new DriveList()
  const file = makeDrive('/tmp/drive.img')
  file.identity.kind = 'file'
  list.addFile(file)
  list.addFile(file)
  list.accept([makeDrive('/dev/sdb')])
  expect(list.all.map(({ identity }) => identity.device)).toEqual(['/dev/sdb', '/tmp/drive.img'])
})
