import { mkdir, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { backingOf } from '../../../../src-main/drives/linux/loops.ts'
import { makeTemporaryDirectory } from '../../../support/files/temporary.ts'

// Uses recorded sysfs files, because this kernel is not built with CONFIG_ZRAM_WRITEBACK.
test('a zram device lies on what it writes back to, a loop device on its file, others on themselves', async () => {
  const sysfs = await makeTemporaryDirectory()
  for (const name of ['zram0', 'zram1', 'loop0/loop', 'sda']) await mkdir(sysfs.file(name), { recursive: true })
  await writeFile(sysfs.file('zram0/backing_dev'), '/dev/sda3\n')
  await writeFile(sysfs.file('zram1/backing_dev'), 'none\n')
  await writeFile(sysfs.file('loop0/loop/backing_file'), '/run/live/medium/LiveOS/squashfs.img (deleted)\n')
  expect(await backingOf(sysfs.file('zram0'))).toBe('/dev/sda3')
  expect(await backingOf(sysfs.file('zram1'))).toBeNull()
  expect(await backingOf(sysfs.file('loop0'))).toBe('/run/live/medium/LiveOS/squashfs.img')
  expect(await backingOf(sysfs.file('sda'))).toBeNull()
  await sysfs.dispose()
})
