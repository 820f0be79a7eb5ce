import { expect, test } from 'vitest'
import { say } from '../../../../src-shared/phrases.ts'
import { parseBlockTree } from '../../../../src-main/drives/linux/block-tree.ts'
import { usersOf } from '../../../../src-main/drives/linux/users.ts'

// Uses recorded data, because no program here mounts NTFS. ntfs-3g keeps the partition that it has
// mounted open for writing.
test('a program that has mounted a partition (FUSE) is no obstacle, since unmounting ends it; another one is', () => {
  const [stick] = parseBlockTree(
    JSON.stringify({
      blockdevices: [
        {
          ...{ name: '/dev/sdb', 'maj:min': '8:16', type: 'disk', size: 1e10, ro: false, rm: true },
          children: ['1', '2'].map((part) => ({
            ...{ name: `/dev/sdb${part}`, 'maj:min': `8:1${6 + Number(part)}`, type: 'part' },
            ...{ size: 4e9, ro: false, rm: true },
          })),
        },
      ],
    }),
  )
  const openers = [
    { what: '/dev/sdb1', process: say('a-process', { program: 'mount.ntfs', id: '812' }), writes: true, own: false },
    { what: '/dev/sdb2', process: say('a-process', { program: 'dd', id: '4711' }), writes: true, own: false },
  ]
  const usage = { loops: [], openers, btrfs: [], served: new Set(['8:17']) }
  expect(usersOf(stick!, usage).map(String)).toEqual(['dd (process 4711)'])
  expect(usersOf(stick!, { ...usage, served: new Set() })).toHaveLength(2)
})
