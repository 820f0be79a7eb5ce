import { createMacos } from './macos/macos.ts'
import { createWindows } from './windows/windows.ts'
import { createLinux } from './linux/create-linux.ts'
import type { DriveSystem } from './system.ts'

/** Where this program lies: what is in an archive of a package, lies where the archive does. */
const ownPaths = [process.execPath, import.meta.filename.replace(/[\\/][^\\/]+\.asar[\\/].*$/, '')]

/** The drives of the system that this runs on. @param protects paths of the running program */
export function createSystem(protects = ownPaths): DriveSystem {
  const create =
    process.platform === 'darwin' ? createMacos : process.platform === 'win32' ? createWindows : createLinux
  return create(protects)
}
