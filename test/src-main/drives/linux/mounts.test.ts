import { expect, test } from 'vitest'
import { parseMounts, readMounts } from '../../../../src-main/drives/linux/mounts.ts'

test('a line of mountinfo is taken apart, with any number of optional fields and with escaped bytes', () => {
  const text = `36 35 98:0 /mnt1 /mnt/a\\040place\\134of\\011mine rw,noatime master:1 shared:2 - ext3 /dev/root\\040x rw,errors=continue
37 36 0:45 / /home rw - btrfs /dev/sda2 rw,subvol=/home
`
  expect(parseMounts(text)).toEqual([
    {
      id: 36,
      parent: 35,
      number: '98:0',
      root: '/mnt1',
      mountpoint: '/mnt/a place\\of\tmine',
      fileSystem: 'ext3',
      source: '/dev/root x',
      options: 'rw,errors=continue',
    },
    {
      id: 37,
      parent: 36,
      number: '0:45',
      root: '/',
      mountpoint: '/home',
      fileSystem: 'btrfs',
      source: '/dev/sda2',
      options: 'rw,subvol=/home',
    },
  ])
})

test.skipIf(process.platform !== 'linux')('this machine has something mounted at /', async () => {
  expect((await readMounts()).map(({ mountpoint }) => mountpoint)).toContain('/')
})
