import { mkdirSync, statSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Creates a directory and its missing parents.
 *
 * Node's `recursive` option is not used. In a directory that rejects new directories with ENOENT,
 * as /proc does, Node 20 to 24 retries endlessly, in a thread that no signal stops.
 * @throws the error of the system
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    if (await isDirectory(path)) return
    if (!lacksParent(error, path)) throw error
    await makeDirectory(dirname(path))
    // Another process may create it at the same time.
    await mkdir(path).catch(async (again: unknown) => {
      if (!(await isDirectory(path))) throw again
    })
  }
}

/**
 * Synchronous version of `makeDirectory`.
 * @throws the error of the system
 */
export function makeDirectoryNow(path: string): void {
  const isMade = () => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  try {
    mkdirSync(path)
  } catch (error) {
    if (isMade()) return
    if (!lacksParent(error, path)) throw error
    makeDirectoryNow(dirname(path))
    try {
      mkdirSync(path)
    } catch (again) {
      if (!isMade()) throw again
    }
  }
}

const isDirectory = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

const lacksParent = (error: unknown, path: string): boolean =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(path) !== path
