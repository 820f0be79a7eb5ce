import { createMacos } from './elsewhere/macos.ts'
import { createWindows } from './elsewhere/windows.ts'
import { createLinux } from './linux/create-linux.ts'
import type { DriveSystem } from './system.ts'

/** The drives of the system that this runs on. @param protects paths of the running program */
export function createSystem(protects = [process.execPath, import.meta.filename]): DriveSystem {
  const create =
    process.platform === 'darwin' ? createMacos : process.platform === 'win32' ? createWindows : createLinux
  return create(protects)
}
