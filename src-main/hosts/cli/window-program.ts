import { createRequire } from 'node:module'
import { join } from 'node:path'
import { reasonOf, KindlingError } from '../../../src-shared/failure.ts'
import { ownAppImage } from '../../files/own-app-image.ts'

/** What tells how this program was started. */
export interface Runtime {
  execPath: string
  /** Electron's version, where this is it. */
  electron: string | undefined
  /** The AppImage that this runs from: its mount ends with this program. */
  appImage: string | null
  /** Where npm has put Electron. @throws when it has not */
  findElectron(): string
}

const thisRuntime = (): Runtime => ({
  execPath: process.execPath,
  electron: process.versions.electron,
  appImage: ownAppImage(process.env, process.execPath),
  // What the package means outside of Electron: the path of its program.
  findElectron: () => createRequire(import.meta.url)('electron') as string,
})

/**
 * The program that opens the window, and its first arguments: in a package its own, beside the sources Electron with them.
 * @param directory of the built program
 * @throws window-failed
 */
export function windowProgram(directory: string, runtime: Runtime = thisRuntime()): string[] {
  const { execPath, electron, appImage, findElectron } = runtime
  const root = join(directory, '../..')
  if (electron !== undefined) {
    if (appImage) return [appImage]
    return root.endsWith('.asar') ? [execPath] : [execPath, root]
  }
  try {
    return [findElectron(), root]
  } catch (error) {
    throw new KindlingError('window-failed', { reason: `there is no Electron (${reasonOf(error)})` }, { cause: error })
  }
}
