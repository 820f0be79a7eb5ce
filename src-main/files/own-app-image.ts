import { realpathSync } from 'node:fs'

/**
 * The AppImage that a program runs from, which says what file it is and where its content lies. A program that another AppImage
 * started, a terminal perhaps, inherits both words, and lies elsewhere.
 * https://docs.appimage.org/packaging-guide/environment-variables.html
 * @param program path of the program
 * @returns null when there is none
 */
export function ownAppImage({ APPIMAGE: file, APPDIR: content }: NodeJS.ProcessEnv, program: string): string | null {
  if (!file || !content) return null
  try {
    return realpathSync(program).startsWith(`${realpathSync(content)}/`) ? file : null
  } catch {
    return null
  }
}
