import { mkdirSync, statSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a directory, and those above it that are missing.
 *
 * Node's `recursive` option is not used: in a directory that takes no new ones and says ENOENT, as
 * /proc does, Node 20 to 24 tries again without end, in a thread that no signal stops.
 * @throws the error of the system
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    if (await isDirectory(path)) return
    if (!lacksParent(error, path)) throw error
    await makeDirectory(dirname(path))
    // Another process may make it at the same time.
    await mkdir(path).catch(async (again: unknown) => {
      if (!(await isDirectory(path))) throw again
    })
  }
}

/** `makeDirectory`, at once. @throws the error of the system */
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
