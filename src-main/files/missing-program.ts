import { statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Whether a program could not be started because there is none of its name. execvp(3) answers
 * EACCES, not ENOENT, where a directory of the PATH cannot be searched: so it is for a user who
 * came by `su`, with a directory of root's in the PATH. EACCES of a file that is there is another
 * matter: the user may not run it.
 * @param error of `spawn` or `execFile`
 * @param path the PATH that the program was looked for in
 */
export function isMissingProgram(error: unknown, program: string, path = process.env['PATH'] ?? ''): boolean {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'EACCES' || program.includes('/')) return code === 'ENOENT'
  return !path.split(delimiter).some((directory) => isFile(join(directory, program)))
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
