import type { Drives } from '../ports.ts'
import type { Elevation } from '../privileged/elevation.ts'
import { hasRights } from '../privileged/has-rights.ts'
import { createPrivilegedOpener } from '../privileged/open-privileged.ts'
import { createSystem } from './create-system.ts'
import { inspectAtRest } from './inspect-at-rest.ts'
import { openDrive } from './open-drive.ts'
import { watchDrives } from './watch-drives.ts'

export interface DrivesOptions {
  /** Paths of the running program: drives that hold one are never written. */
  protects?: string[]
  /** How a helper is started that may open what this process may not; null: none is. */
  elevation?: Elevation | null
}

export function createDrives({ protects, elevation = null }: DrivesOptions = {}): Drives {
  const system = createSystem(protects)
  const openPrivileged = elevation && createPrivilegedOpener(elevation)
  return {
    list: () => system.list(),
    inspect: (path) => inspectAtRest(system, path),
    async open(drive, mode, signal) {
      const direct = openPrivileged === null || (await hasRights(drive, system.rawPath(drive), mode))
      return direct ? openDrive(system, drive, mode) : openPrivileged(drive, mode, signal)
    },
    watch: (listener) => watchDrives(system, listener),
    under: (path) => system.under(path),
  }
}
