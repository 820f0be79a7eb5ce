import { open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../memory/clock.ts'
import { makeDirectory } from '../files/make-directory.ts'

/**
 * Maximum age of a lock file, in milliseconds. An action takes a few milliseconds, so an older lock
 * was left behind by a killed process.
 */
const longestTurn = 10_000

/** Maximum time in which Windows deletes a lock file that a scanner has open, in milliseconds. */
const longestDeletion = 1000

/** Creates a file that must not exist yet. */
const create = async (path: string) => (await open(path, 'wx')).close()

/**
 * Runs an action under a lock that all processes of Kindling share.
 * @param path – of the lock file, which exists as long as the lock is taken
 * @param platform – for tests, as is `make`
 * @throws the error of the file system
 */
export async function withFileLock<T>(
  ports: Clock,
  path: string,
  act: () => Promise<T>,
  platform = process.platform,
  make = create,
): Promise<T> {
  await makeDirectory(dirname(path))
  const start = ports.now()
  // Windows answers EPERM as long as a deleted lock file is open elsewhere, and to missing rights.
  const mayBeDeleted = () => platform === 'win32' && ports.now() - start < longestDeletion
  while (!(await begin(() => make(path), mayBeDeleted))) {
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
 * @param mayBeDeleted – whether EPERM may mean that the lock file is about to disappear
 * @returns false if it may be tried again
 */
async function begin(make: () => Promise<void>, mayBeDeleted: () => boolean): Promise<boolean> {
  try {
    await make()
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || (code === 'EPERM' && mayBeDeleted())) return false
    throw error
  }
}
