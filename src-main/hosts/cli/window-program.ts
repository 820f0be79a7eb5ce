import { createRequire } from 'node:module'
import { join } from 'node:path'
import { reasonOf, KindlingError } from '../../../src-shared/failure.ts'
import { ownAppImage } from '../../files/own-app-image.ts'

/** Facts that tell how this program was started. */
export interface NodeRuntime {
  execPath: string
  /** Version of Electron if the program runs in it. */
  electron: string | undefined
  /** AppImage from which the program runs. Its mount ends with this program. */
  appImage: string | null
  /**
   * Returns the path of the Electron that npm installed.
   * @throws when it has not
   */
  findElectron(): string
}

const thisRuntime = (): NodeRuntime => ({
  execPath: process.execPath,
  electron: process.versions.electron,
  appImage: ownAppImage(process.env, process.execPath),
  // Outside Electron, the `electron` package exports the path of its program.
  findElectron: () => createRequire(import.meta.url)('electron') as string,
})

/**
 * Returns the program that opens the window, and its first arguments. In a package this is the
 * package's own program; next to the sources it is Electron with the sources.
 * @param directory – the directory of the built program
 * @throws window-failed
 */
export function windowProgram(directory: string, runtime: NodeRuntime = thisRuntime()): string[] {
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
