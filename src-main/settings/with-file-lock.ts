import { open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Ports } from '../ports.ts'
import { makeDirectory } from '../files/make-directory.ts'

/**
 * Maximum age of a lock file, in milliseconds. An action takes a few milliseconds, so an older lock
 * was left behind by a killed process.
 */
const longestTurn = 10_000

/** Maximum time in which Windows deletes a lock file that a scanner has open, in milliseconds. */
const longestDeletion = 1000

/**
 * Runs an action under a lock that all processes of Kindling share.
 * @param path – of the lock file, which exists as long as the lock is taken
 * @throws the error of the file system
 */
export async function withFileLock<T>(
  ports: Pick<Ports, 'now' | 'sleep'>,
  path: string,
  act: () => Promise<T>,
): Promise<T> {
  await makeDirectory(dirname(path))
  const start = ports.now()
  while (!(await begin(path, ports.now() - start < longestDeletion))) {
    const since = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    )
    if (since !== null && ports.now() - since > longestTurn) await rm(path, { force: true })
    else await ports.sleep(10)
  }
  try {
    return await act()
  } finally {
    await rm(path, { force: true })
  }
}

/**
 * Tries to make the lock file.
 * @param mayBeDeleted – whether the lock file may be about to disappear. Windows answers EPERM
 *   then, as it does to missing rights.
 */
async function begin(path: string, mayBeDeleted: boolean, platform = process.platform): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close()
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || (code === 'EPERM' && platform === 'win32' && mayBeDeleted)) return false
    throw error
  }
}
