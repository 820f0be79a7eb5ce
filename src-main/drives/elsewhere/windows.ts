import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { mountpointsOf } from '../mountpoints-of.ts'
import { runTool } from '../run-tool.ts'
import type { DriveSystem } from '../system.ts'
import { createElsewhere } from './create-elsewhere.ts'

const { SystemDrive = 'C:', SystemRoot = 'C:\\Windows', USERPROFILE = 'C:\\Users' } = process.env

/**
 * Drives of Windows: written to the documentation of mountvol, CreateFile and drivelist, not yet run on Windows.
 * Gaps: drivelist knows volumes with a letter only; locking them (FSCTL_LOCK_VOLUME) and FILE_FLAG_NO_BUFFERING need native
 * code, so a read-back may come from the cache, which is what the receipt says.
 */
export const createWindows = (protects: string[]): DriveSystem =>
  createElsewhere(protects, {
    systemPaths: [`${SystemDrive}\\`, SystemRoot, USERPROFILE],
    nameWhole: (path) => path.replace(/^\\\\[.?]\\physicaldrive(?=\d+$)/i, '\\\\.\\PhysicalDrive'),
    wholeOf: () => null,
    async unmount(drive) {
      for (const mountpoint of mountpointsOf(drive))
        // /P takes the volume offline besides its letter, since Windows refuses raw writes into a mounted volume.
        await runTool('mountvol', mountpoint, '/P').catch((error: unknown) => {
          const details = { drive: drive.identity.device, mountpoint, reason: reasonOf(error) }
          throw new KindlingError('drive-unmount-failed', details)
        })
    },
    rawPath: (drive) => drive.identity.device,
    rawIsPastCache: false,
    rereadPartitionTable: async () => 'Windows reads a new partition table when the drive is plugged out and in again.',
  })
