import { expect, test } from 'vitest'
import { sayCovered } from '../../../../src-main/drives/linux/unmount.ts'

test('what hides a mount is named by its device, where it has one', () => {
  const place = { root: '/', mountpoint: '/mnt/in', fileSystem: 'ext4', options: 'rw' }
  const mount = { id: 2, parent: 1, number: '0:50', source: '/dev/sdc1', ...place }
  expect(sayCovered(mount, 'on')).toEqual('/dev/sdc1 is mounted on it at /mnt/in')
  expect(sayCovered({ ...mount, source: 'none' }, 'on')).toEqual('another file system is mounted on it at /mnt/in')
  expect(sayCovered(mount, 'over')).toEqual('/dev/sdc1 is mounted over it')
  expect(sayCovered({ ...mount, source: 'tmpfs' }, 'over')).toEqual('another file system is mounted over it')
})
