import { open } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { createMacos } from '../../../src-main/drives/macos/macos.ts'
import { fromDrivelist } from '../../../src-main/drives/drivelist.ts'
import { createWindows } from '../../../src-main/drives/windows/windows.ts'
import type { DriveSystem } from '../../../src-main/drives/system.ts'
import { withFiles } from '../../../src-main/drives/with-files.ts'
import { makeZram } from '../../support/drives/devices.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { describeWith } from '../../support/run/needs.ts'

// Tests the code shared by macOS and Windows with the drives that drivelist lists on this machine,
// because neither system is available.
describeWith(['zram'], 'drives as drivelist alone tells them', () => {
  const made: { dispose(): Promise<void> }[] = []
  afterEach(async () => {
    for (const thing of made.splice(0)) await thing.dispose()
  })

  test('a drive is listed and found by name, the one that carries / is the system, files are drives too', async () => {
    const zram = await makeZram(8 * 2 ** 20)
    made.push(zram)
    const system = createMacos([])
    const listed = await system.list()
    expect(await system.inspect(zram.device)).toMatchObject({ refusals: [], removable: true, sectorSize: 4096 })
    for (const drive of listed)
      if (await system.overlaps(drive, '/'))
        expect(drive.refusals[0]).toMatchObject({ code: 'drive-system', details: { reason: '/' } })
    const file = await withFiles(system).inspect(import.meta.filename)
    expect(file.identity.kind).toBe('file')
    expect(await system.overlaps(file, import.meta.dirname)).toBe(true)
    expect(await system.overlaps(file, '/dev')).toBe(false)
    for (const each of [system, withFiles(system)])
      expect(await failureOf(each.inspect('/dev/disk99'))).toMatchObject({ code: 'drive-missing' })
    expect(await failureOf(system.inspect(import.meta.filename))).toMatchObject({ code: 'drive-missing' })
  })
})

const listedStick = {
  ...{ blockSize: 512, busType: 'USB', busVersion: null, description: 'SanDisk Ultra  Media', devicePath: null },
  ...{ enumerator: 'DiskArbitration', error: null, isCard: null, isReadOnly: false, isRemovable: true },
  ...{ isSCSI: false, isSystem: false, isUAS: null, isUSB: true, isVirtual: false, logicalBlockSize: 512 },
  ...{ raw: '/dev/rdisk4', size: 15376318464, partitionTableType: 'mbr' as const, device: '/dev/disk4' },
}

test('a stick of macOS is read and written by its raw device', () => {
  const macos = createMacos([])
  const drive = fromDrivelist({ ...listedStick, mountpoints: [{ path: '/Volumes/STICK', label: 'STICK' }] }, null)
  expect(drive).toMatchObject({ name: 'SanDisk Ultra Media', bus: 'usb', refusals: [], precious: false })
  expect(macos.rawPath(drive)).toBe('/dev/rdisk4')
})

test('a handle of macOS leads to a drive when it is a character device, one of Windows when it is not a file', async () => {
  const [macos, windows] = [createMacos([]), createWindows([])]
  const stick = fromDrivelist({ ...listedStick, mountpoints: [] }, null)
  const inspect = async () => stick
  const identify = async (system: DriveSystem, path: string) => {
    const handle = await open(path, 'r')
    return { ...system, inspect }.identifyOpen(stick, handle).finally(() => handle.close())
  }
  expect(await identify(macos, '/dev/null')).toEqual(stick.identity)
  expect(await identify(windows, '/dev/null')).toEqual(stick.identity)
  for (const path of [import.meta.filename, import.meta.dirname])
    for (const system of [macos, windows])
      expect(await failureOf(identify(system, path))).toMatchObject({ code: 'drive-unusable' })
})
