import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import { mountpointsOf } from '../mountpoints-of.ts'
import { windowsTools } from '../../files/system-tools.ts'
import { runTool } from '../run-tool.ts'
import type { DriveSystem } from '../system.ts'
import { createByDrivelist } from '../create-by-drivelist.ts'
import { lockByScript } from '../lock-by-script.ts'
import { lockVolumes } from './lock-volumes.ts'

const { SystemDrive = 'C:', SystemRoot = 'C:\\Windows', USERPROFILE = 'C:\\Users' } = process.env

/**
 * Creates the drives of Windows. Written from the documentation of mountvol, CreateFile and
 * drivelist, not yet run on Windows. FILE_FLAG_NO_BUFFERING needs native code. A read-back may
 * therefore come from the cache, and the receipt says so. If the volumes cannot be locked, only
 * volumes with a drive letter, which drivelist knows, are taken offline.
 * @param tools – the paths of the system's programs
 */
export const createWindows = (protects: string[], tools = windowsTools()): DriveSystem =>
  createByDrivelist(protects, {
    systemPaths: [`${SystemDrive}\\`, SystemRoot, USERPROFILE],
    nameWhole: (path) => path.replace(/^\\\\[.?]\\physicaldrive(?=\d+$)/i, '\\\\.\\PhysicalDrive'),
    wholeOf: () => null,
    names: /^\\\\[.?]\\physicaldrive\d+$/i,
    // libuv queries file-system information. For a physical drive the query fails, or the result is
    // neither a file nor a directory.
    leadsToDrive: (stats) => stats === null || !(stats.isFile() || stats.isDirectory()),
    async unmount(drive) {
      const { device } = drive.identity
      const hold = await lockByScript(lockVolumes(numberOf(device), tools.powershell))
      if (typeof hold === 'string')
        throw new KindlingError('drive-unmount-failed', { drive: device, mountpoint: hold, reason: say('files-open') })
      if (hold !== null) return hold
      for (const mountpoint of mountpointsOf(drive))
        // /P removes the drive letter and takes the volume offline: Windows refuses raw writes to a
        // mounted volume.
        await runTool(tools.mountvol, mountpoint, '/P').catch((error: unknown) => {
          throw new KindlingError('drive-unmount-failed', { drive: device, mountpoint, reason: reasonOf(error) })
        })
      return null
    },
    rawPath: (drive) => drive.identity.device,
    rawIsPastCache: false,
    // libuv's UV_FS_O_EXLOCK: opens the file without sharing it with other handles.
    locking: 0x10000000,
    // Update-Disk: "updates cached information about the specified Disk object".
    rereadPartitionTable: (device) =>
      runPowerShell(tools.powershell, `Update-Disk -Number ${numberOf(device)}`).then(
        () => null,
        () => say('table-read-later'),
      ),
    async eject({ identity: { device } }, close) {
      await close()
      return runPowerShell(tools.powershell, ejecting(numberOf(device))).then(
        () => null,
        (error: unknown) => say('not-ejected', { device, reason: reasonOf(error) }),
      )
    },
  })

/** Returns the disk number: 3 for `\\.\PhysicalDrive3`. */
const numberOf = (device: string) => Number(/\d+$/.exec(device)?.[0])

const runPowerShell = (powershell: string, script: string) =>
  runTool(powershell, '-NoProfile', '-NonInteractive', '-Command', `$ErrorActionPreference = 'Stop'; ${script}`)

/**
 * Returns a script that does the same as the entry "Eject" of a drive in the Explorer. The entry
 * exists only for drives with a letter. 17 is "This PC".
 */
const ejecting = (disk: number) =>
  [
    `$letter = (Get-Partition -DiskNumber ${disk} | Where-Object DriveLetter | Select-Object -First 1).DriveLetter`,
    `if (-not $letter) { throw 'it has no drive letter' }`,
    `(New-Object -ComObject Shell.Application).Namespace(17).ParseName("\${letter}:").InvokeVerb('Eject')`,
  ].join('; ')
