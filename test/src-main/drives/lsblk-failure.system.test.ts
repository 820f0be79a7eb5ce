import { list as listByDrivelist } from 'drivelist'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDrives } from '../../../src-main/create-drives.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

// A disk in a USB housing: the disk itself is not removable, the housing is. Recorded, because a
// test cannot make one.
const housing = { name: '/dev/sdb', rm: false, hotplug: true, size: 64_000_000_000 }

describe.skipIf(process.platform !== 'linux')('an lsblk that fails once', () => {
  let directory: TemporaryDirectory
  const path = process.env['PATH']
  beforeAll(async () => {
    directory = await makeTemporaryDirectory()
    const recorded = JSON.parse(
      await readFile(new URL('../../fixtures/lsblk/usb-stick.json', import.meta.url), 'utf8'),
    ) as { blockdevices: Record<string, unknown>[] }
    const stick = recorded.blockdevices.find(({ name }) => name === housing.name)!
    const tree = { blockdevices: [{ ...stick, ...housing, children: [] }] }
    await writeFile(directory.file('tree.json'), JSON.stringify(tree))
    await writeFile(
      directory.file('pairs'),
      'NAME="sdb" MAJ:MIN="8:16" RM="0" SIZE="64000000000" RO="0" TYPE="disk" MOUNTPOINTS="" PTTYPE="dos"\n',
    )
    // drivelist's call starts with --bytes. Its first call fails, as if there were no memory for a
    // process.
    await writeFile(
      directory.file('lsblk'),
      `#!/bin/sh
case "$*" in
  *--pairs*) cat '${directory.file('pairs')}' ;;
  --bytes*) mkdir '${directory.file('failed')}' 2>/dev/null && exit 1; cat '${directory.file('tree.json')}' ;;
  *) cat '${directory.file('tree.json')}' ;;
esac
`,
    )
    await chmod(directory.file('lsblk'), 0o755)
    process.env['PATH'] = `${directory.path}:${path}`
  })
  afterAll(async () => {
    process.env['PATH'] = path
    await directory.dispose()
  })

  test('does not make a disk in a USB housing one that is built in', async () => {
    const drives = createDrives()
    for (let look = 0; look < 2; look++) {
      const [drive] = await drives.list()
      expect(drive).toMatchObject({ identity: { device: '/dev/sdb' }, removable: true, precious: false })
    }
    // Control: drivelist itself reports the wrong value, so the test does cover the failure.
    expect(await listByDrivelist()).toMatchObject([{ device: '/dev/sdb', isRemovable: false }])
  })
})
