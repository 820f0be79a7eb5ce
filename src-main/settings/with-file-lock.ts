import { open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Ports } from '../ports.ts'
import { makeDirectory } from '../files/make-directory.ts'

/**
 * Maximum age of a lock file, in milliseconds. An action takes a few milliseconds, so an older lock
 * was left behind by a killed process.
 */
const longestTurn = 10_000

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
  while (!(await begin(path))) {
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

async function begin(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
