import type { Drives } from './ports.ts'
import type { Elevation } from './privileged/elevation.ts'
import { hasRights } from './privileged/has-rights.ts'
import { checkReadable } from './privileged/open-on-behalf.ts'
import { createPrivilegedOpener } from './privileged/open-privileged.ts'
import { createSystem } from './drives/create-system.ts'
import { inspectWhenIdle } from './drives/inspect-when-idle.ts'
import { openDrive } from './drives/open-drive.ts'
import { watchDrives } from './drives/watch-drives.ts'
import { withFiles } from './drives/with-files.ts'

export interface DrivesOptions {
  /** Paths of the running program. Drives that contain one of them are never written. */
  protects?: string[]
  /**
   * How to start a helper that may open drives that this process may not. Null: no helper is used.
   */
  elevation?: Elevation | null
}

export function createDrives({ protects, elevation = null }: DrivesOptions = {}): Drives {
  const system = withFiles(createSystem(protects))
  const openPrivileged = elevation && createPrivilegedOpener(elevation)
  return {
    list: () => system.list(),
    inspect: (path) => inspectWhenIdle(system, path),
    async open(drive, mode, signal) {
      const direct = openPrivileged === null || (await hasRights(drive, system.rawPath(drive), mode))
      if (direct) return openDrive(system, drive, mode)
      // The helper refuses these drives, too. This check comes before the password prompt.
      if (mode === 'read') checkReadable(drive)
      return openPrivileged(drive, mode, signal)
    },
    watch: (listener) => watchDrives(system, listener),
    overlaps: (drive, path) => system.overlaps(drive, path),
  }
}
