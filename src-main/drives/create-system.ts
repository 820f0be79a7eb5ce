import { createMacos } from './macos/macos.ts'
import { createWindows } from './windows/windows.ts'
import { createLinux } from './linux/create-linux.ts'
import type { DriveSystem } from './system.ts'

/** Paths of this program. Code inside an .asar archive counts as the directory of the archive. */
const ownPaths = [process.execPath, import.meta.filename.replace(/[\\/][^\\/]+\.asar[\\/].*$/, '')]

/**
 * Creates the drives of the current operating system.
 * @param protects – paths of the running program
 */
export function createSystem(protects = ownPaths): DriveSystem {
  const create =
    process.platform === 'darwin' ? createMacos : process.platform === 'win32' ? createWindows : createLinux
  return create(protects)
}
