import { chmod, readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fromDrivelist } from '../../../../src-main/drives/drivelist.ts'
import { createMacos } from '../../../../src-main/drives/macos/macos.ts'
import { createWindows } from '../../../../src-main/drives/windows/windows.ts'
import { macosTools } from '../../../../src-main/files/system-tools.ts'
import { failureOf } from '../../../support/expect/failing.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'

// Neither macOS nor Windows is available. Stand-in programs with the names of their tools print the
// documented output, and record their arguments.
let tools: TemporaryDirectory
beforeEach(async () => {
  tools = await makeTemporaryDirectory()
})
afterEach(() => tools.dispose())

/** The drive systems of macOS and Windows, with the stand-ins instead of their tools. */
const macos = () =>
  createMacos([], { ...macosTools, diskutil: tools.file('diskutil'), osascript: tools.file('osascript') })
const windows = () => createWindows([], { mountvol: tools.file('mountvol'), powershell: tools.file('powershell.exe') })

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
  await macos().unmount(stick)
  expect(await told()).toBe('unmountDisk\n/dev/disk4\n')
  await record('diskutil', 'echo "Unmount of disk4 failed: at least one volume could not be unmounted" >&2; exit 1')
  expect(await failureOf(macos().unmount(stick))).toMatchObject({
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
  expect(await macos().eject(stick, close)).toBeNull()
  expect(await told()).toBe('closed\neject\n/dev/disk4\n')
  await record('diskutil', 'echo "Volume failed to eject" >&2; exit 1')
  expect(await macos().eject(stick, close)).toEqual('/dev/disk4 was not ejected: Volume failed to eject')
})

test('Windows dismounts each volume, reads the table again and ejects by the disk’s number', async () => {
  await record('mountvol', 'exit 0')
  await windows().unmount(windowsStick)
  expect(await told()).toBe('E:\\\n/P\n')
  await record('powershell.exe', 'exit 0')
  expect(await windows().rereadPartitionTable(windowsStick.identity.device)).toBeNull()
  expect(await told()).toContain('Update-Disk -Number 3')
  expect(await windows().eject(windowsStick, async () => {})).toBeNull()
  const script = await told()
  expect(script).toContain('Get-Partition -DiskNumber 3 ')
  expect(script).toContain('ParseName("${letter}:").InvokeVerb(\'Eject\')')
  await record('powershell.exe', 'echo "it has no drive letter" >&2; exit 1')
  expect(String(await windows().eject(windowsStick, async () => {}))).toContain(
    'was not ejected: it has no drive letter',
  )
  expect(String(await windows().rereadPartitionTable(windowsStick.identity.device))).toContain(
    'unplug the drive and plug it in again',
  )
})

/**
 * A shell script that behaves like the lock scripts of these programs: it holds the lock until its
 * stdin ends.
 */
const keeping = () => `echo held\ncat\nprintf 'let go' > '${tools.file('let-go')}'`
const letGo = () => readFile(tools.file('let-go'), 'utf8').catch(() => null)

test('macOS claims the disk once it is unmounted, until it is let go of; the script gets its name as an argument', async () => {
  await record('diskutil', 'exit 0')
  await record('osascript', keeping())
  const hold = await macos().unmount(stick)
  const [disk, ...rest] = (await told()).trimEnd().split('\n').toReversed()
  const words = rest.toReversed()
  expect(words.slice(0, 5)).toEqual(['unmountDisk', '/dev/disk4', '-l', 'JavaScript', '-e'])
  expect(disk).toBe('disk4')
  expect(words.join('\n')).toContain('$.DADiskClaim(disk, kDADiskClaimOptionDefault, nil, nil, nil, nil)')
  expect(words.slice(2).join('\n')).not.toContain('disk4')
  expect(await letGo()).toBeNull()
  await hold!.release()
  expect(await letGo()).toBe('let go')

  await record('osascript', 'echo "busy: another program"')
  expect(await failureOf(macos().unmount(stick))).toMatchObject({
    code: 'drive-busy',
    details: { drive: '/dev/disk4', users: ['another program'] },
  })
  await record('osascript', 'echo "execution error: Error: ReferenceError (-2700)" >&2; exit 1')
  expect(await macos().unmount(stick)).toBeNull()
})

test('Windows locks the volumes of the disk, and takes them offline only where it cannot', async () => {
  await record('mountvol', 'exit 0')
  await record('powershell.exe', `printf '%s\n' "$KINDLING_DISK" > '${tools.file('disk')}'\n${keeping()}`)
  const hold = await windows().unmount(windowsStick)
  const words = (await told()).split('\n')
  expect(words.slice(0, 5)).toEqual(['-NoProfile', '-NonInteractive', '-InputFormat', 'None', '-Command'])
  expect(await readFile(tools.file('disk'), 'utf8')).toBe('3\n')
  expect(words.join('\n')).toContain('-DiskNumber ([int]$env:KINDLING_DISK)')
  expect(words.join('\n')).toContain('LockVolume = 0x00090018, DismountVolume = 0x00090020')
  expect(words).not.toContain('/P')
  expect(await letGo()).toBeNull()
  await hold!.release()
  expect(await letGo()).toBe('let go')

  await record('powershell.exe', `printf 'busy: E:\\\\\r\n'`)
  expect(await failureOf(windows().unmount(windowsStick))).toMatchObject({
    code: 'drive-unmount-failed',
    details: { drive: '\\\\.\\PhysicalDrive3', mountpoint: 'E:\\', reason: 'files are open' },
  })
  expect(await told()).not.toContain('/P')
  await record(
    'powershell.exe',
    'echo "cannot be loaded because running scripts is disabled on this system" >&2; exit 1',
  )
  expect(await windows().unmount(windowsStick)).toBeNull()
  expect(await told()).toMatch(/E:\\\n\/P\n$/)
})
