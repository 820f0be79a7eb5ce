import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { createFileTarget } from '../../../src-main/write/file-target.ts'

/**
 * Opens a file or a device as a target.
 * @param size – in bytes
 */
export async function openTarget(device: string, size: number, flags = constants.O_RDWR, sectorSize = 512) {
  const direct = (flags & constants.O_DIRECT) !== 0
  return createFileTarget({
    handle: await open(device, flags),
    device,
    isFile: !device.startsWith('/dev/'),
    size,
    sectorSize,
    alignment: direct ? 4096 : 1,
    pastCache: direct,
    rereadPartitionTable: async () => null,
    eject: async () => null,
  })
}
