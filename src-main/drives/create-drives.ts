import type { Drives } from '../ports.ts'
import { createLinux } from './linux/create-linux.ts'
import { createMacos } from './elsewhere/macos.ts'
import { openDrive } from './open-drive.ts'
import { createWindows } from './elsewhere/windows.ts'
import { watchDrives } from './watch-drives.ts'

/** @param protects paths of the running program: drives that hold one are never written */
export function createDrives({ protects } = { protects: [process.execPath, import.meta.filename] }): Drives {
  const create =
    process.platform === 'darwin' ? createMacos : process.platform === 'win32' ? createWindows : createLinux
  const system = create(protects)
  return {
    list: () => system.list(),
    inspect: (path) => system.inspect(path),
    open: (drive, mode) => openDrive(system, drive, mode),
    watch: (listener) => watchDrives(system, listener),
    under: (path) => system.under(path),
  }
}
