import { statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Returns whether a program failed to start because it does not exist. execvp(3) reports EACCES
 * instead of ENOENT if a directory of the PATH cannot be searched. That happens to a user who came
 * by `su` and still has one of root's directories in the PATH. EACCES for an existing file is a
 * different error: the user lacks the permission to run it.
 * @param error – of `spawn` or `execFile`
 * @param path – the PATH in which the program was searched
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
