import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import { macosTools } from '../../files/system-tools.ts'
import { runTool } from '../run-tool.ts'
import type { DriveSystem } from '../system.ts'
import { claimDisk } from './claim-disk.ts'
import { createByDrivelist } from '../create-by-drivelist.ts'
import { lockByScript } from '../lock-by-script.ts'

/**
 * Creates the drives of macOS. Written from the documentation of diskutil(8) and drivelist, not yet
 * run on a Mac. macOS has no O_EXCL for devices, and Node does not know its O_EXLOCK. Without the
 * claim, only the system's own refusal of raw writes to mounted volumes keeps other programs away.
 * @param tools – the paths of the system's programs
 */
export const createMacos = (protects: string[], tools: typeof macosTools = macosTools): DriveSystem =>
  createByDrivelist(protects, {
    // The sealed system volume and its data are different volumes of one container.
    systemPaths: ['/', '/System/Volumes/Data', '/Users'],
    // Users may enter the raw device.
    nameWhole: (path) => path.replace(/^\/dev\/rdisk/, '/dev/disk'),
    wholeOf: (device) => /^(\/dev\/disk\d+)s\d+/.exec(device)?.[1] ?? null,
    names: /^\/dev\/r?disk\d+(s\d+)*$/,
    // The raw device is a character device (hdiutil(1), "/dev/rdisk").
    leadsToDrive: (stats) => stats?.isCharacterDevice() === true,
    async unmount({ identity: { device }, contents }) {
      await runTool(tools.diskutil, 'unmountDisk', device).catch((error: unknown) => {
        const mountpoint = contents[0]?.mountpoints[0] ?? device
        throw new KindlingError('drive-unmount-failed', { drive: device, mountpoint, reason: reasonOf(error) })
      })
      const hold = await lockByScript(claimDisk(device, tools.osascript))
      if (typeof hold === 'string') throw new KindlingError('drive-busy', { drive: device, users: [hold] })
      return hold
    },
    // `/dev/rdisk2` is the same drive as a character device, which has no cache.
    rawPath: (drive) => drive.identity.device.replace(/^\/dev\/disk/, '/dev/rdisk'),
    rawIsPastCache: true,
    // O_EXLOCK and O_NONBLOCK of open(2). Node passes them on, but has no names for them.
    locking: 0x20 | 0x4,
    // The system reads the partition table by itself when the device is closed.
    rereadPartitionTable: async () => null,
    async eject({ identity: { device } }, close) {
      await close()
      return runTool(tools.diskutil, 'eject', device).then(
        () => null,
        (error: unknown) => say('not-ejected', { device, reason: reasonOf(error) }),
      )
    },
  })
