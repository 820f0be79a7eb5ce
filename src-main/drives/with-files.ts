import { KindlingError } from '../../src-shared/failure.ts'
import { findFile, nameKind } from './find-file.ts'
import { inspectFile } from './inspect-file.ts'
import type { DriveSystem } from './system.ts'

/**
 * Adds disk-image files, and paths that lead to a drive through links, to the drives of a system.
 * Only the user's own process may open these. The privileged helper works without them
 * (docs/decisions/0012).
 */
export function withFiles(system: DriveSystem): DriveSystem {
  return {
    ...system,
    async inspect(path) {
      const device = await system.nameOf(path)
      if (device !== null) return system.inspect(device, path)
      const file = await findFile(path)
      if (!file.stats.isFile()) throw new KindlingError('drive-missing', { drive: path })
      return inspectFile(file.path, file.stats, await system.usersOfFile(file.path))
    },
    async identifyOpen(drive, handle) {
      if (drive.identity.kind !== 'file') return system.identifyOpen(drive, handle)
      const { device } = drive.identity
      const stats = await handle.stat({ bigint: true })
      if (!stats.isFile()) throw new KindlingError('drive-unusable', { drive: device, kind: nameKind(stats) })
      return (await inspectFile(device, stats, [])).identity
    },
    usersOf: async (drive) =>
      drive.identity.kind === 'file' ? system.usersOfFile(drive.identity.device, true) : system.usersOf(drive),
    unmount: async (drive) => (drive.identity.kind === 'file' ? null : system.unmount(drive)),
  }
}
