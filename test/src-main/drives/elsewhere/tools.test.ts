import { chmod, readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fromDrivelist } from '../../../../src-main/drives/elsewhere/from-drivelist.ts'
import { createMacos } from '../../../../src-main/drives/elsewhere/macos.ts'
import { createWindows } from '../../../../src-main/drives/elsewhere/windows.ts'
import { failureOf } from '../../../support/failing.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/temporary.ts'

// Neither macOS nor Windows is at hand: programs with the names of their tools, and with what those are documented to print,
// stand for them and keep what they were told.
let tools: TemporaryDirectory
const path = process.env['PATH']
beforeEach(async () => {
  tools = await makeTemporaryDirectory()
  process.env['PATH'] = `${tools.path}:${path}`
})
afterEach(async () => {
  process.env['PATH'] = path
  await tools.dispose()
})

async function record(tool: string, answer: string): Promise<void> {
  await writeFile(tools.file(tool), `#!/bin/sh\nprintf '%s\\n' "$@" >> '${tools.file('told')}'\n${answer}\n`)
  await chmod(tools.file(tool), 0o755)
}
const told = () => readFile(tools.file('told'), 'utf8').catch(() => '')

const listed = (device: string, mountpoints: { path: string; label: string | null }[]) =>
  fromDrivelist(
    {
      ...{ blockSize: 512, busType: 'USB', busVersion: null, description: 'SanDisk Ultra Media', devicePath: null },
      ...{ enumerator: 'DiskArbitration', error: null, isCard: null, isReadOnly: false, isRemovable: true },
      ...{ isSCSI: false, isSystem: false, isUAS: null, isUSB: true, isVirtual: false, logicalBlockSize: 512 },
      ...{ raw: device, size: 15376318464, partitionTableType: 'mbr' as const, device, mountpoints },
    } as Parameters<typeof fromDrivelist>[0],
    null,
  )
const stick = listed('/dev/disk4', [{ path: '/Volumes/STICK', label: 'STICK' }])
const windowsStick = listed('\\\\.\\PhysicalDrive3', [{ path: 'E:\\', label: 'STICK' }])

test('macOS unmounts the whole disk, and tells why it could not', async () => {
  await record('diskutil', 'echo "Unmount of all volumes on disk4 was successful"')
  await createMacos([]).unmount(stick)
  expect(await told()).toBe('unmountDisk\n/dev/disk4\n')
  await record('diskutil', 'echo "Unmount of disk4 failed: at least one volume could not be unmounted" >&2; exit 1')
  expect(await failureOf(createMacos([]).unmount(stick))).toMatchObject({
    code: 'drive-unmount-failed',
    details: {
      mountpoint: '/Volumes/STICK',
      reason: 'Unmount of disk4 failed: at least one volume could not be unmounted',
    },
  })
})

test('macOS ejects only after the drive was let go of', async () => {
  await record('diskutil', 'echo "Disk /dev/disk4 ejected"')
  const close = async () => void (await writeFile(tools.file('told'), 'closed\n'))
  expect(await createMacos([]).eject(stick, close)).toBeNull()
  expect(await told()).toBe('closed\neject\n/dev/disk4\n')
  await record('diskutil', 'echo "Volume failed to eject" >&2; exit 1')
  expect(await createMacos([]).eject(stick, close)).toBe('/dev/disk4 was not ejected: Volume failed to eject')
})

test('Windows dismounts each volume, reads the table again and ejects by the disk’s number', async () => {
  const windows = createWindows([])
  await record('mountvol', 'exit 0')
  await windows.unmount(windowsStick)
  expect(await told()).toBe('E:\\\n/P\n')
  await record('powershell.exe', 'exit 0')
  expect(await windows.rereadPartitionTable(windowsStick.identity.device)).toBeNull()
  expect(await told()).toContain('Update-Disk -Number 3')
  expect(await windows.eject(windowsStick, async () => {})).toBeNull()
  const script = await told()
  expect(script).toContain('Get-Partition -DiskNumber 3 ')
  expect(script).toContain('ParseName("${letter}:").InvokeVerb(\'Eject\')')
  await record('powershell.exe', 'echo "it has no drive letter" >&2; exit 1')
  expect(await windows.eject(windowsStick, async () => {})).toContain('was not ejected: it has no drive letter')
  expect(await windows.rereadPartitionTable(windowsStick.identity.device)).toContain('plugged out and in again')
})
