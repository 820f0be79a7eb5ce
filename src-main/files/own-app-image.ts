import { realpathSync } from 'node:fs'

/**
 * Returns the path of the AppImage that a program runs from. The AppImage runtime sets `APPIMAGE`
 * to its file and `APPDIR` to the mount point of its content. A program started from another
 * AppImage, such as a terminal, inherits both variables, but is not inside that mount point.
 * https://docs.appimage.org/packaging-guide/environment-variables.html
 * @param program – path of the program
 * @returns null if the program does not run from an AppImage
 */
export function ownAppImage({ APPIMAGE: file, APPDIR: content }: NodeJS.ProcessEnv, program: string): string | null {
  if (!file || !content) return null
  try {
    return realpathSync(program).startsWith(`${realpathSync(content)}/`) ? file : null
  } catch {
    return null
  }
}
